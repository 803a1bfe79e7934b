# What the tests of the serializer share. To be dot-sourced in BeforeAll, so that its names are theirs.

$candidates = @(
    $env:LOKY_MODULE
    Join-Path $PSScriptRoot '../../out/Loky'
    Join-Path $PSScriptRoot '../../src/Loky.PowerShell/bin/Release/net8.0'
)
$folder = foreach ($candidate in $candidates) {
    if (-not $candidate) { continue }
    $path = if (Test-Path -LiteralPath $candidate -PathType Leaf) { Split-Path $candidate } else { $candidate }
    Get-ChildItem -LiteralPath $path -Filter Loky.PowerShell.dll -Recurse -ErrorAction Ignore |
        Select-Object -First 1 -ExpandProperty DirectoryName
}
$folder = @($folder)[0]
# In another assembly load context the types of the two assemblies would not be each other's.
$core = [System.Reflection.Assembly]::LoadFrom((Join-Path $folder 'Loky.Core.dll'))
$module = [System.Reflection.Assembly]::LoadFrom((Join-Path $folder 'Loky.PowerShell.dll'))

# Nothing has run of the assembly yet, and until then its dependencies are not found.
[System.Runtime.CompilerServices.RuntimeHelpers]::RunModuleConstructor($core.ManifestModule.ModuleHandle)
$writerType = $module.GetType('Loky.PowerShell.Serialization.PSWriteSession', $true)
$readerType = $module.GetType('Loky.PowerShell.Serialization.PSReadSession', $true)
$recordType = $module.GetType('Loky.PowerShell.Serialization.RecordFormatter', $true)
$knownType = $module.GetType('Loky.PowerShell.Serialization.KnownTypes', $true)
$writeMethod = $writerType.GetMethod('Write')
$bufferType = $writeMethod.GetParameters()[0].ParameterType
$readMethod = $readerType.GetMethod('Read', [type[]]@([System.ReadOnlyMemory[byte]], [int].MakeByRefType()))

function New-Session([type] $Type, [hashtable] $Property = @{}) {
    $session = [Activator]::CreateInstance($Type)
    foreach ($name in $Property.Keys) { $Type.GetProperty($name).SetValue($session, $Property[$name]) }
    , $session
}

$defaultWriter = New-Session $writerType
$defaultReader = New-Session $readerType

# What the serializer itself threw, without what reflection and PowerShell put around it.
function Get-Cause([Exception] $Exception) {
    while ($Exception -is [System.Management.Automation.MethodInvocationException] -or $Exception -is [System.Reflection.TargetInvocationException]) {
        $Exception = $Exception.InnerException
    }
    $Exception
}

function ConvertTo-Bytes($Value, $Writer = $defaultWriter) {
    $buffer = [Activator]::CreateInstance($bufferType, @(64))
    try {
        $null = $writeMethod.Invoke($Writer, @($buffer, $Value))
        , $bufferType.GetProperty('WrittenMemory').GetValue($buffer).ToArray()
    } catch {
        throw (Get-Cause $_.Exception)
    } finally {
        $buffer.Dispose()
    }
}

function ConvertFrom-Bytes([byte[]] $Bytes, $Reader = $defaultReader) {
    $arguments = @([System.ReadOnlyMemory[byte]] $Bytes, 0)
    try { $value = $readMethod.Invoke($Reader, $arguments) }
    catch { throw (Get-Cause $_.Exception) }
    if ($arguments[1] -ne $Bytes.Length) { throw "Read $($arguments[1]) of $($Bytes.Length) bytes." }
    , $value
}

function Copy-Value($Value, $Writer = $defaultWriter, $Reader = $defaultReader) {
    $bytes = ConvertTo-Bytes $Value $Writer
    , (ConvertFrom-Bytes $bytes $Reader)
}

function Test-SameScalar($Value) {
    $copy = Copy-Value $Value
    $copy.GetType() | Should -Be $Value.GetType()
    $copy.Equals($Value) | Should -BeTrue -Because "$copy should equal $Value"
}

# The name of the exception that the reader itself threw, or nothing.
function Get-Failure([byte[]] $Bytes, $Reader = $defaultReader) {
    $arguments = @([System.ReadOnlyMemory[byte]] $Bytes, 0)
    try { $null = $readMethod.Invoke($Reader, $arguments); '' }
    catch { (Get-Cause $_.Exception).GetType().Name }
}
