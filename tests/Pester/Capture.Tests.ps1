# Stands at the head because a class can be declared nowhere else for all tests.
class LokyTestPoint {
    [int] $X
    LokyTestPoint([int] $x) { $this.X = $x }
    [int] Double() { return $this.X * 2 }
    [string] DoubleFar() { return 1 | Invoke-LokyParallel { "$($this.Double())|$($this.X)" } }
    [object[]] DoubleAll([int[]] $values) { return $values | Invoke-LokyParallel { $this.Double() + $_ } -Ordered }
}

enum LokyTestColour { Red; Green }

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1

    # A module of a user, with a private function and a private variable.
    $modulePath = Join-Path $TestDrive 'LokyTestModule.psm1'
    Set-Content $modulePath @'
$private = 'secret of the module'
function Get-Hidden($n) { "hidden $n $private" }
function Get-Shown($n) { "shown $(Get-Hidden $n)" }
function Invoke-FromModule { 1 | Invoke-LokyParallel { Get-Hidden $_; $private } }
Export-ModuleMember Get-Shown, Invoke-FromModule
'@
}

AfterAll {
    Reset-Loky
    Remove-Module LokyTestModule -ErrorAction Ignore
}

Describe 'Without $using:, a block finds' {
    It 'variables of the caller' {
        $number = 5
        1, 2 | Invoke-LokyParallel { $_ + $number } -Ordered | Should -Be 6, 7
    }

    It 'variables in a string' {
        $name = 'n'
        1 | Invoke-LokyParallel { "<$name> $($name.Length)" } | Should -Be '<n> 1'
    }

    It 'variables that are splatted' {
        $splat = @{ Maximum = $true; Property = 'n' }
        1 | Invoke-LokyParallel { (@{ n = 3 }, @{ n = 9 } | Measure-Object @splat).Maximum } | Should -Be 9
    }

    It 'variables of the script scope' {
        $script:scripted = 's'
        1 | Invoke-LokyParallel { $script:scripted } | Should -Be 's'
    }

    It 'variables with names in braces' {
        ${a name} = 'braced'
        1 | Invoke-LokyParallel { ${a name} } | Should -Be 'braced'
    }

    It 'drives and providers, as those of the worker' {
        $drive = Get-PSDrive Env
        $provider = Get-PSProvider FileSystem
        $file = Get-Item -LiteralPath $PSCommandPath
        1 | Invoke-LokyParallel { $drive.GetType().Name; $drive.Name; $drive.Provider.Name } | Should -Be 'PSDriveInfo', 'Env', 'Environment'
        1 | Invoke-LokyParallel { $provider.GetType().Name; $provider.Name; $provider.Drives.Count -gt 0 } | Should -Be 'ProviderInfo', 'FileSystem', $true
        1 | Invoke-LokyParallel { $file.PSDrive.GetType().Name; $file.PSProvider.GetType().Name } | Should -Be 'PSDriveInfo', 'ProviderInfo'
        1 | Invoke-LokyParallel { $using:drive } | Should -BeOfType System.Management.Automation.PSDriveInfo
    }

    It 'functions of the caller, and those they call' {
        function Get-Inner($n) { $n * 2 }
        function Get-Outer($n) { (Get-Inner $n) + 1 }
        1, 2 | Invoke-LokyParallel { Get-Outer $_ } -Ordered | Should -Be 3, 5
    }

    It 'variables that captured functions use' {
        $factor = 10
        function Get-Scaled($n) { $n * $factor }
        2 | Invoke-LokyParallel { Get-Scaled $_ } | Should -Be 20
    }

    It 'recursive functions' {
        function Get-Factorial($n) { if ($n -le 1) { 1 } else { $n * (Get-Factorial ($n - 1)) } }
        5 | Invoke-LokyParallel { Get-Factorial $_ } | Should -Be 120
    }

    It 'functions that call each other' {
        function Test-Even($n) { if ($n -eq 0) { $true } else { Test-Odd ($n - 1) } }
        function Test-Odd($n) { if ($n -eq 0) { $false } else { Test-Even ($n - 1) } }
        7, 8 | Invoke-LokyParallel { Test-Even $_ } -Ordered | Should -Be $false, $true
    }

    It 'filters and advanced functions' {
        filter Add-One { $_ + 1 }
        function Add-Two { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $n) process { $n + 2 } }
        5 | Invoke-LokyParallel { $_ | Add-One | Add-Two } | Should -Be 8
    }

    It 'aliases of the caller' {
        function Get-Real { 'real' }
        Set-Alias lokytestalias Get-Real
        1 | Invoke-LokyParallel { lokytestalias } | Should -Be 'real'
    }

    It 'a function in place of an alias or cmdlet of the same name' {
        function Get-Date { 'mine' }
        1 | Invoke-LokyParallel { Get-Date } | Should -Be 'mine'
    }

    It 'blocks kept in variables' {
        $block = { param($n) $n + 5 }
        1 | Invoke-LokyParallel { & $block $_ } | Should -Be 6
    }

    It 'classes of the script' {
        $point = 21 | Invoke-LokyParallel { [LokyTestPoint]::new($_).Double() }
        $point | Should -Be 42
    }

    It 'enums of the script' {
        1 | Invoke-LokyParallel { [int][LokyTestColour]::Green; "$([LokyTestColour]'Red')" } | Should -Be 1, 'Red'
    }

    It 'modules imported in the session, by their path' {
        Import-Module $modulePath -Force
        3 | Invoke-LokyParallel { Get-Shown $_ } | Should -Be 'shown hidden 3 secret of the module'
    }

    It 'private functions and variables when called from their module' {
        Import-Module $modulePath -Force
        Invoke-FromModule | Should -Be 'hidden 1 secret of the module', 'secret of the module'
    }

    It 'what a block of the caller means there, when a module runs it' {
        $module = New-Module LokyWrapperModule {
            $inner = 'of the module'
            function Get-LokyMeant { 'of the module' }
            function Invoke-LokyWrapped([scriptblock] $block) { 1 | Invoke-LokyParallel $block }
            Export-ModuleMember Invoke-LokyWrapped
        }
        function Get-LokyMeant { 'of the caller' }
        $inner = 'of the caller'
        & $module { param($block) Invoke-LokyWrapped $block } { "$inner, $(Get-LokyMeant)" } | Should -Be 'of the caller, of the caller'
    }

    It 'what functions of a module without a file mean there' {
        $module = New-Module LokyDynamicModule {
            $state = 'state'
            function Get-LokyDynamic { "$state $(Get-LokyPrivate)" }
            function Get-LokyPrivate { 'private' }
            Export-ModuleMember Get-LokyDynamic
        } | Import-Module -PassThru
        try {
            1 | Invoke-LokyParallel { Get-LokyDynamic } | Should -Be 'state private'
        }
        finally {
            Remove-Module $module
        }
    }

    It 'what a closure closed over that is a function' {
        ${function:Get-LokyClosed} = & { $closed = 'closed'; { "[$closed]" }.GetNewClosure() }
        1 | Invoke-LokyParallel { Get-LokyClosed } | Should -Be '[closed]'
    }

    It 'the variables of <what>' -ForEach @(
        @{ what = 'a default value of a function'; block = { Get-LokyDefault }; expected = '[P]' }
        @{ what = 'a default value of an advanced function'; block = { Get-LokyDefaultNumber }; expected = '4' }
        @{ what = 'a default value of the block'; block = { param($x = $number) "$x|$number" }; expected = '4|4' }
        @{ what = 'the caller that an inner function has a parameter of'; block = { function Get-Inner($Path) { "in:$Path" }; Get-Inner $Path }; expected = 'in:P' }
        @{ what = 'the caller that an inner block has a parameter of'; block = { $b = { param($Path) "b:$Path" }; & $b $Path }; expected = 'b:P' }
        @{ what = 'the caller that an inner block sets'; block = { & { $Path = 1 }; $Path }; expected = 'P' }
        @{ what = 'the caller that may be set'; block = { if ($false) { $Path = 1 }; if ($false -and ($Path = 2)) { }; $Path }; expected = 'P' }
        @{ what = 'the caller that a loop goes over under the same name'; block = { -join $(foreach ($list in $list) { "x$list" }) }; expected = 'x1x2' }
        @{ what = 'the drive of variables and functions'; block = { "$variable:number $(& ${function:Get-LokyDefault})" }; expected = '4 [P]' }
        @{ what = 'the caller although the block may define one'; block = { if ($false) { function Get-LokyDefault { } }; Get-LokyDefault }; expected = '[P]' }
    ) {
        $number = 4
        $Path = 'P'
        $list = 1, 2
        function Get-LokyDefault { param($x = $Path) "[$x]" }
        function Get-LokyDefaultNumber { [CmdletBinding()] param([int] $x = $number) "$x" }
        1 | Invoke-LokyParallel $block | Should -BeExactly $expected
    }

    It 'classes that are used as attributes' {
        class LokyOddAttribute : System.Management.Automation.ValidateArgumentsAttribute {
            [void] Validate([object] $value, [System.Management.Automation.EngineIntrinsics] $engine) { if ($value % 2 -eq 0) { throw 'even' } }
        }
        function Test-LokyOdd { param([LokyOdd()] $x) "v$x" }
        1, 2 | Invoke-LokyParallel { Test-LokyOdd $_ } -ErrorAction SilentlyContinue -ErrorVariable failed | Should -Be 'v1'
        "$failed" | Should -BeLike '*even*'
    }

    It 'what a block of a module means there, when it is called from elsewhere' {
        $module = New-Module LokyBlockModule {
            $inner = 'of the module'
            function Get-LokyMeant { "$inner $args" }
            Set-Alias glme Get-LokyMeant
            function Get-LokyBlock { { Get-LokyMeant $_; glme $_; $inner } }
            Export-ModuleMember Get-LokyBlock
        }
        function Get-LokyMeant { 'of the caller' }
        $inner = 'of the caller'
        1 | Invoke-LokyParallel (& $module { Get-LokyBlock }) | Should -Be 'of the module 1', 'of the module 1', 'of the module'
        1 | Invoke-LokyParallel { Get-LokyMeant; $inner } | Should -Be 'of the caller', 'of the caller'
    }

    It 'the aliases of using namespace' {
        $script = Join-Path $TestDrive 'namespace.ps1'
        Set-Content $script "using namespace System.Collections.Generic`n1 | Invoke-LokyParallel { [List[int]]::new().GetType().Name }"
        & $script | Should -Be 'List`1'
    }

    It 'the classes of using module' {
        $classes = Join-Path $TestDrive 'LokyTestClasses.psm1'
        Set-Content $classes 'class LokyTestFromModule { [string] Name() { return "from module" } }'
        $script = Join-Path $TestDrive 'usingmodule.ps1'
        Set-Content $script "using module $classes`n1 | Invoke-LokyParallel { [LokyTestFromModule]::new().Name() }"
        & $script | Should -Be 'from module'
    }
}

Describe 'A captured closure' {
    It 'keeps its own values' {
        function New-Adder($n) { { $_ + $n }.GetNewClosure() }
        $five = New-Adder 5
        $six = New-Adder 6
        1 | Invoke-LokyParallel $five | Should -Be 6
        1 | Invoke-LokyParallel $six | Should -Be 7
        1 | Invoke-LokyParallel $five | Should -Be 6
    }
}

Describe 'Capture' {
    It 'takes the value of the moment of the call' {
        $value = 1
        $first = 1 | Invoke-LokyParallel { $value }
        $value = 2
        $second = 1 | Invoke-LokyParallel { $value }
        $first, $second | Should -Be 1, 2
    }

    It 'takes the function of the moment of the call' {
        foreach ($n in 1..2) {
            Set-Item function:Get-Changing ([scriptblock]::Create("$n"))
            1 | Invoke-LokyParallel { Get-Changing } | Should -Be $n
        }
    }

    It 'keeps assignments of the block in the worker' {
        $value = 'mine'
        1 | Invoke-LokyParallel { $value = 'changed'; $value } | Should -Be 'changed'
        $value | Should -Be 'mine'
    }

    It 'leaves a name that nobody defined undefined' {
        1 | Invoke-LokyParallel { $null -eq $nobodyDefinedThis } | Should -BeTrue
    }

    It 'leaves variables of the block itself to it' {
        $item = 'outer'
        1 | Invoke-LokyParallel { foreach ($item in 1..3) { $item } } | Should -Be 1, 2, 3
        1 | Invoke-LokyParallel { param($item) "[$item]" } | Should -Be '[]'
    }

    It 'is switched off by -NoCapture' {
        $value = 'outer'
        function Get-Outer { 'outer' }
        1 | Invoke-LokyParallel { $null -eq $value; $null -eq (Get-Command Get-Outer -ErrorAction Ignore) } -NoCapture |
            Should -Be $true, $true
        1 | Invoke-LokyParallel { $using:value } -NoCapture | Should -Be 'outer'
    }

    It 'sends a big value once to a worker for all items' {
        $big = [byte[]]::new(20MB)
        $null = 1 | Invoke-LokyParallel { $big.Length }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        1..200 | Invoke-LokyParallel { $big.Length } | Sort-Object -Unique | Should -Be 20MB
        # Two hundred copies would be four gigabytes.
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
    }

    It 'names a variable that cannot be sent, before anything runs' {
        $marker = Join-Path $TestDrive 'ran'
        $stream = [IO.File]::Open((Join-Path $TestDrive 'open'), 'Create')
        try {
            { 1 | Invoke-LokyParallel { Set-Content -LiteralPath $marker 'x'; $stream.Length } -ErrorAction Stop } |
                Should -Throw -ErrorId 'LokyCapture,*' -ExpectedMessage '*stream*'
            $marker | Should -Not -Exist
        }
        finally {
            $stream.Dispose()
        }
    }

    It 'takes along the cmdlets of a binary module' {
        $assembly = Join-Path $TestDrive 'LokyTestBinary.dll'
        Add-Type -OutputAssembly $assembly -TypeDefinition @'
using System.Management.Automation;
[Cmdlet("Get", "LokyBinary")]
public class GetLokyBinaryCommand : Cmdlet { protected override void EndProcessing() { WriteObject("compiled"); } }
'@
        # In a session of its own, because a loaded assembly cannot be deleted everywhere.
        (Invoke-Session "Import-Module '$assembly'; 1 | Invoke-LokyParallel { Get-LokyBinary }").Lines | Should -Be 'compiled'
    }

    It 'tells in $MyInvocation of no script, as ForEach-Object -Parallel does' {
        $expected = 1 | ForEach-Object -Parallel { "$($MyInvocation.ScriptName)|$($MyInvocation.PSScriptRoot)|$($MyInvocation.InvocationName)" }
        1 | Invoke-LokyParallel { "$($MyInvocation.ScriptName)|$($MyInvocation.PSScriptRoot)|$($MyInvocation.InvocationName)" } | Should -Be $expected
    }

    It 'a captured block as the text that it was written as' {
        $spaced = {   'a' ; "b"  # c
            1 }
        1 | Invoke-LokyParallel { "$spaced" } | Should -BeExactly "$spaced"
        $withParameter = { param($x) $x }
        1 | Invoke-LokyParallel { "$withParameter|$(& $withParameter 3)" } | Should -BeExactly "$withParameter|3"
        1 | Invoke-LokyParallel { (& { $spaced } | Invoke-LokyParallel { "$spaced" } -MaxWorkers 1) } | Should -BeExactly "$spaced"
    }

    It 'variables that are constant or read-only, which the block itself may change' {
        New-Variable lokyConstant 'c' -Option Constant
        New-Variable lokyReadOnly 'r' -Option ReadOnly
        1..2 | Invoke-LokyParallel -BatchSize 1 { "$lokyConstant$lokyReadOnly"; $lokyConstant = 'x'; $lokyReadOnly = 'y' } -ErrorAction Stop |
            Should -Be 'cr', 'cr'
        function Get-Constant { $lokyConstant }
        1..2 | Invoke-LokyParallel -BatchSize 1 { Get-Constant } -ErrorAction Stop | Should -Be 'c', 'c'
    }

    It 'the object of a class whose method makes the call, as $this' {
        [LokyTestPoint]::new(21).DoubleFar() | Should -Be '42|21'
        [LokyTestPoint]::new(4).DoubleAll(1..3) | Should -Be 9, 10, 11
    }

    It 'the object of a script method that makes the call, as $this' {
        $object = [pscustomobject]@{ Name = 'n' }
        $object | Add-Member ScriptMethod Tell { 1..2 | Invoke-LokyParallel { "$($this.Name)$_" } -Ordered }
        $object | Add-Member ScriptProperty Told { 3 | Invoke-LokyParallel { "$($this.Name)$_" } }
        $object.Tell() | Should -Be 'n1', 'n2'
        $object.Told | Should -Be 'n3'
        $object | Add-Member ScriptMethod Nested { 1 | Invoke-LokyParallel { 1..2 | ForEach-Object { "$($this.Name)$_" } } }
        $object.Nested() | Should -Be 'n1', 'n2'
        $object | Add-Member ScriptMethod Using { 1 | Invoke-LokyParallel { ($using:this).Name } }
        $object.Using() | Should -Be 'n'
    }

    It 'no $this where there is none' {
        (Invoke-Session '1 | Invoke-LokyParallel { "none: $($null -eq $this)" }').Lines | Should -Be 'none: True'
    }
}

Describe 'The parameter -CaptureExclude' {
    It 'leaves out variables, by name or wildcard, whatever their case' {
        $lokyOne, $lokyTwo, $other = 1, 2, 3
        $block = { "$lokyOne|$lokyTwo|$other" }
        1 | Invoke-LokyParallel $block -CaptureExclude LOKYONE | Should -Be '|2|3'
        1 | Invoke-LokyParallel $block -CaptureExclude loky*, nothing | Should -Be '||3'
        1 | Invoke-LokyParallel $block -CaptureExclude * | Should -Be '||'
        1 | Invoke-LokyParallel $block -CaptureExclude nothing | Should -Be '1|2|3'
    }

    It 'leaves out functions with what only they use, and aliases' {
        $inner = 'used'
        function Get-Left { $inner }
        function Get-Kept { 'kept' }
        Set-Alias lokyalias Get-Kept
        1 | Invoke-LokyParallel {
            Get-Kept
            $null -eq (Get-Command Get-Left -ErrorAction Ignore)
            $null -eq (Get-Variable inner -ErrorAction Ignore)
            $null -eq (Get-Alias lokyalias -ErrorAction Ignore)
            if ($false) { Get-Left; lokyalias }
        } -CaptureExclude Get-L*, lokyalias | Should -Be 'kept', $true, $true, $true
    }

    It 'leaves out modules' {
        Reset-Loky
        Import-Module $modulePath
        1 | Invoke-LokyParallel { if ($false) { Get-Shown 1 }; "$(Get-Module LokyTestModule)" } -MaxWorkers 1 -CaptureExclude LokyTestM* | Should -Be ''
        1 | Invoke-LokyParallel { if ($false) { Get-Shown 1 }; "$(Get-Module LokyTestModule)" } | Should -Be 'LokyTestModule'
    }

    It 'lets a value stay behind that cannot be sent, and what the initializer has made be used instead' {
        $client = [Net.Http.HttpClient]::new()
        try {
            1 | Invoke-LokyParallel { $client } -CaptureExclude client -Initializer { $global:client = 'of the worker' } | Should -Be 'of the worker'
        }
        finally {
            $client.Dispose()
            Reset-Loky
            $null = Get-LokyExecutor -MaxWorkers 1
        }
    }

    It 'does not concern $using:, and gives no warning for a copy that is not there' {
        $lokyOne = @(1)
        1 | Invoke-LokyParallel { $using:lokyOne; $lokyOne += 2; $lokyOne } -CaptureExclude lokyOne -WarningAction Stop | Should -Be 1, 2
    }

    It 'refuses a pattern that is none before anything runs, with its name' {
        $marker = Join-Path $TestDrive 'patterned'
        $failure = { 1 | Invoke-LokyParallel { Set-Content $marker 1 } -CaptureExclude good*, '[' } |
            Should -Throw -ErrorId 'LokyInvalidCaptureExclude,*' -ExpectedMessage '*"`["*-CaptureExclude*' -PassThru
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.TargetObject | Should -Be '['
        $marker | Should -Not -Exist
    }

    It 'concerns what only a converter uses' {
        Reset-Loky
        Import-Module $modulePath
        $lokyOne = 1
        $null = Get-LokyExecutor -MaxWorkers 1 -Converter @{ [uri] = @{ ToWire = { if ($false) { Get-Shown 1 }; "$_$lokyOne" }; FromWire = { [uri] "$_" } } }
        try {
            [uri] 'http://a/' | Invoke-LokyParallel { "$_"; "$(Get-Module LokyTestModule)" } -CaptureExclude LokyTestM* | Should -Be 'http://a/1', ''
            [uri] 'http://a/' | Invoke-LokyParallel { [uri] 'http://b/'; "$(Get-Module LokyTestModule)" } -CaptureExclude lokyOne | Should -Be 'http://b/', 'LokyTestModule'
        }
        finally {
            Reset-Loky
            $null = Get-LokyExecutor -MaxWorkers 1
        }
    }

    It 'refuses an empty name' {
        { 1 | Invoke-LokyParallel { $_ } -CaptureExclude '' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'The parameters -Module and -Initializer' {
    It 'import a module in every worker' {
        $given = Join-Path $TestDrive 'LokyTestGiven.psm1'
        Set-Content $given 'function Get-Given { "given" }'
        1 | Invoke-LokyParallel { Get-Given } -Module $given -NoCapture | Should -Be 'given'
    }

    It 'name a module that cannot be imported' {
        { 1 | Invoke-LokyParallel { $_ } -Module 'NoSuchModuleOfLoky' -ErrorAction Stop } |
            Should -Throw -ExpectedMessage 'The module NoSuchModuleOfLoky could not be imported in the worker: The specified module*'
        Reset-Loky
        1 | Invoke-LokyParallel { $_ } -MaxWorkers 1 | Should -Be 1
    }

    It 'run the initializer once in every worker' {
        $log = Join-Path $TestDrive 'initialized'
        $null = New-Item -ItemType Directory $log
        1..10 | Invoke-LokyParallel { $global:prepared } -MaxWorkers 1 -Initializer { $global:prepared = 'yes'; [IO.File]::AppendAllText((Join-Path $using:log $PID), 'x') } |
            Sort-Object -Unique | Should -Be 'yes'
        (Get-ChildItem $log).Length | Should -Be 1
    }

    It 'keep the initializer of Get-LokyExecutor for the calls that follow' {
        $null = Get-LokyExecutor -MaxWorkers 1 -Initializer { $global:prepared = 'before' }
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { "$global:prepared $PID" } } | Sort-Object -Unique | Should -BeLike 'before *'
        $null = Get-LokyExecutor -Initializer { }
        1 | Invoke-LokyParallel { $null -eq $global:prepared } | Should -BeTrue
    }

    It 'break the executor when the initializer throws, with its reason, and the next works' {
        { 1 | Invoke-LokyParallel { $_ } -Initializer { throw 'bad start' } -ErrorAction Stop } |
            Should -Throw -ErrorId 'LokyBrokenExecutor,*' -ExpectedMessage '*bad start*'
        $null = Get-LokyExecutor -MaxWorkers 1 -Initializer { }
        1 | Invoke-LokyParallel { $_ } -ErrorAction Stop | Should -Be 1
    }
}
