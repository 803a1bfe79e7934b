#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1
}

Describe 'Exceptions and records' {
    It 'keeps common exceptions as what they are' {
        foreach ($exception in
            [InvalidOperationException]::new('invalid'),
            [ArgumentException]::new('bad', 'name'),
            [ArgumentNullException]::new('name'),
            [ArgumentOutOfRangeException]::new('name', 'too large'),
            [System.IO.FileNotFoundException]::new('none', '/x'),
            [System.IO.IOException]::new('io'),
            [ObjectDisposedException]::new('Thing'),
            [AggregateException]::new('many', [Exception[]] ([FormatException]::new('a'), [TimeoutException]::new('b'))),
            [System.Collections.Generic.KeyNotFoundException]::new('key'),
            [System.ComponentModel.Win32Exception]::new(2),
            [System.Threading.Tasks.TaskCanceledException]::new('cancelled'),
            [System.Management.Automation.RuntimeException]::new('runtime'),
            [System.Management.Automation.ItemNotFoundException]::new('item'),
            [System.Management.Automation.CommandNotFoundException]::new('command'),
            [System.Management.Automation.MethodInvocationException]::new('method', [FormatException]::new('inner')),
            [UnauthorizedAccessException]::new('denied')) {
            $copy = Copy-Value $exception
            $copy.GetType() | Should -Be $exception.GetType()
            $copy.Message | Should -BeExactly $exception.Message
            $copy.HResult | Should -Be $exception.HResult
            "$($copy.InnerException.Message)" | Should -BeExactly "$($exception.InnerException.Message)"
        }
        (Copy-Value ([ArgumentException]::new('bad', 'name'))).ParamName | Should -Be 'name'
        (Copy-Value ([AggregateException]::new('many', [Exception[]] ([FormatException]::new('a'), [TimeoutException]::new('b'))))).InnerExceptions[1] | Should -BeOfType TimeoutException
    }

    It 'keeps the stack trace and data of an exception' {
        try { [int]::Parse('x') } catch { $exception = $_.Exception.InnerException }
        $exception.Data['key'] = 5
        $copy = Copy-Value $exception
        $copy | Should -BeOfType FormatException
        $copy.StackTrace.Trim().StartsWith($exception.StackTrace.Trim()) | Should -BeTrue
        $copy.Data['key'] | Should -Be 5
    }

    It 'keeps the name and properties of an exception of another type' {
        $copy = Copy-Value ([System.Text.RegularExpressions.RegexMatchTimeoutException]::new('input', 'pattern', [timespan]::FromSeconds(1)))
        $copy | Should -BeOfType System.Management.Automation.RemoteException
        $copy.SerializedRemoteException.pstypenames[0] | Should -BeExactly 'Deserialized.System.Text.RegularExpressions.RegexMatchTimeoutException'
        $copy.SerializedRemoteException.Pattern | Should -Be 'pattern'
        $again = Copy-Value ([System.Text.RegularExpressions.RegexMatchTimeoutException]::new('m', [FormatException]::new('inner')))
        $again.InnerException | Should -BeOfType FormatException
        $again.Message | Should -Be 'm'
    }

    It 'ends a chain of inner exceptions that is too long' {
        $exception = [Exception]::new('0')
        1..60 | ForEach-Object { $exception = [Exception]::new("$_", $exception) }
        $copy = Copy-Value $exception
        $copy.Message | Should -Be '60'
        $copy.InnerException.Message | Should -Be '59'
    }

    It 'keeps an error of a cmdlet with its place and category' {
        $record = $null
        try { Get-Item -LiteralPath /no/such/item -ErrorAction Stop } catch { $record = $_ }
        $copy = Copy-Value $record
        $copy | Should -BeOfType System.Management.Automation.ErrorRecord
        "$copy" | Should -BeExactly "$record"
        $copy.FullyQualifiedErrorId | Should -BeExactly $record.FullyQualifiedErrorId
        $copy.CategoryInfo.ToString() | Should -BeExactly $record.CategoryInfo.ToString()
        $copy.CategoryInfo.Reason | Should -BeExactly $record.CategoryInfo.Reason
        $copy.Exception.GetType() | Should -Be $record.Exception.GetType()
        $copy.ScriptStackTrace | Should -BeExactly $record.ScriptStackTrace
        $copy.TargetObject | Should -Be '/no/such/item'
        foreach ($name in 'ScriptName', 'ScriptLineNumber', 'OffsetInLine', 'Line', 'PositionMessage', 'InvocationName') {
            $copy.InvocationInfo.$name | Should -BeExactly $record.InvocationInfo.$name -Because $name
        }
        $copy.InvocationInfo.MyCommand.Name | Should -Be 'Get-Item'
    }

    It 'prints an error as the original is printed' {
        $record = try { Get-Item -LiteralPath /no/such/item -ErrorAction Stop } catch { $_ }
        ($record, (Copy-Value $record) | ForEach-Object { $_ | Out-String }) | Select-Object -Unique | Should -HaveCount 1
        $thrown = try { throw 'my message' } catch { $_ }
        ($thrown, (Copy-Value $thrown) | ForEach-Object { $_ | Out-String }) | Select-Object -Unique | Should -HaveCount 1
    }

    It 'keeps what was thrown and what was written' {
        $thrown = try { throw 'my message' } catch { $_ }
        $copy = Copy-Value $thrown
        $copy.Exception | Should -BeOfType System.Management.Automation.RuntimeException
        $copy.Exception.WasThrownFromThrowStatement | Should -BeTrue
        $copy.FullyQualifiedErrorId | Should -Be 'my message'
        $written = Write-Error 'text' -ErrorId Id7 -Category InvalidData -TargetObject @{ a = 1 } -CategoryActivity act -CategoryTargetName tn -CategoryTargetType tt -CategoryReason re -RecommendedAction fix 2>&1
        $copy = Copy-Value $written
        $copy.FullyQualifiedErrorId | Should -Be $written.FullyQualifiedErrorId
        $copy.CategoryInfo.ToString() | Should -Be $written.CategoryInfo.ToString()
        $copy.TargetObject.a | Should -Be 1
        $copy.ErrorDetails.RecommendedAction | Should -Be $written.ErrorDetails.RecommendedAction
    }

    It 'lets the caller decide the target object of an error' {
        $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('x'), 'Id', 'NotSpecified', 'own target')
        $method = $recordType.GetMethods() | Where-Object { $_.Name -eq 'WriteError' -and $_.GetParameters().Count -eq 4 }
        $buffer = [Activator]::CreateInstance($bufferType, @(64))
        $null = $method.Invoke($null, @($defaultWriter, $buffer, $record, $null))
        $copy = ConvertFrom-Bytes $bufferType.GetProperty('WrittenMemory').GetValue($buffer).ToArray()
        $copy.TargetObject | Should -BeNullOrEmpty
        $copy.FullyQualifiedErrorId | Should -Be 'Id'
    }

    It 'keeps warnings, verbose and debug messages' {
        $warning = & { [CmdletBinding()] param() Write-Warning 'careful' } 3>&1
        $copy = Copy-Value $warning
        $copy | Should -BeOfType System.Management.Automation.WarningRecord
        $copy.Message | Should -Be 'careful'
        $copy.InvocationInfo.ScriptLineNumber | Should -Be $warning.InvocationInfo.ScriptLineNumber
        Copy-Value ([System.Management.Automation.VerboseRecord]::new('v')) | Should -BeOfType System.Management.Automation.VerboseRecord
        (Copy-Value ([System.Management.Automation.DebugRecord]::new('d'))).Message | Should -Be 'd'
        (Copy-Value ([System.Management.Automation.WarningRecord]::new('id', 'w'))).FullyQualifiedWarningId | Should -Be 'id'
    }

    It 'keeps information records and the colours of Write-Host' {
        $record = Write-Host 'hello' -ForegroundColor Red -BackgroundColor Blue -NoNewline 6>&1
        $copy = Copy-Value $record
        $copy | Should -BeOfType System.Management.Automation.InformationRecord
        $copy.MessageData | Should -BeOfType System.Management.Automation.HostInformationMessage
        $copy.MessageData.Message | Should -Be 'hello'
        $copy.MessageData.ForegroundColor | Should -Be 'Red'
        $copy.MessageData.BackgroundColor | Should -Be 'Blue'
        $copy.MessageData.NoNewLine | Should -BeTrue
        $copy.Tags -join ',' | Should -Be ($record.Tags -join ',')
        foreach ($name in 'Source', 'TimeGenerated', 'User', 'Computer', 'ProcessId', 'ManagedThreadId', 'NativeThreadId') {
            $copy.$name | Should -Be $record.$name -Because $name
        }
        $record = Write-Information @{ a = 1 } -Tags x, y 6>&1
        $copy = Copy-Value $record
        $copy.MessageData.a | Should -Be 1
        $copy.Tags -join ',' | Should -Be 'x,y'
    }

    It 'keeps progress records' {
        $record = [System.Management.Automation.ProgressRecord]::new(5, 'activity', 'status')
        $record.PercentComplete = 40; $record.SecondsRemaining = 9; $record.CurrentOperation = 'op'; $record.ParentActivityId = 2; $record.RecordType = 'Completed'
        $copy = Copy-Value $record
        foreach ($name in 'ActivityId', 'Activity', 'StatusDescription', 'PercentComplete', 'SecondsRemaining', 'CurrentOperation', 'ParentActivityId', 'RecordType') {
            $copy.$name | Should -Be $record.$name -Because $name
        }
    }
}

Describe 'Bytes that are not to be trusted' {
    BeforeAll {
        $try = try { throw [System.InvalidOperationException]::new('x', [FormatException]::new('y')) } catch { $_ }
        $sample = [pscustomobject] @{
            PSTypeName = 'Sample.Type'
            Number = 5; Long = 6L; Text = "text $([char] 0xd800)"; Date = Get-Date; Enum = [DayOfWeek]::Friday
            List = [System.Collections.Generic.List[string]] ('a', 'b'); Ints = [int[]] (1, 2); Table = @{ 1 = 'x'; k = [ordered] @{ a = 1 } }
            Error = $try; Info = (Write-Host 'hi' -ForegroundColor Red 6>&1); Type = [int[]]; File = Get-Item -LiteralPath $PSHOME
            Square = [int[,]]::new(2, 2); Script = { 1 }; Regex = [regex] 'a'; Xml = [xml] '<a/>'; Version = [version] '1.2'
            Secret = [securestring]::new(); Uri = [uri] 'http://x'; Process = [System.Diagnostics.ProcessStartInfo]::new()
            Set = [System.Collections.Generic.HashSet[int]]::new(); Pair = [System.Collections.Generic.KeyValuePair[int, string]]::new(1, 'a')
        }
        $sampleBytes = ConvertTo-Bytes $sample
    }

    It 'fails clearly at every position that the bytes can be cut at' {
        { ConvertFrom-Bytes $sampleBytes } | Should -Not -Throw
        $other = for ($length = 0; $length -lt $sampleBytes.Length; $length++) {
            $failure = Get-Failure ([byte[]] [System.Linq.Enumerable]::ToArray([System.Linq.Enumerable]::Take($sampleBytes, $length)))
            if ($failure -ne 'WireFormatException') { "$length $failure" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'fails clearly or reads something when any byte is changed' {
        $random = [Random]::new(7)
        $other = for ($i = 0; $i -lt $sampleBytes.Length; $i++) {
            $bytes = [byte[]] $sampleBytes.Clone()
            $bytes[$i] = $bytes[$i] -bxor $random.Next(1, 256)
            $failure = Get-Failure $bytes
            if ($failure -notin '', 'WireFormatException') { "$i $failure" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'survives ten thousand random messages' {
        $random = [Random]::new(11)
        $other = for ($i = 0; $i -lt 10000; $i++) {
            $bytes = [byte[]]::new($random.Next(0, 60))
            $random.NextBytes($bytes)
            if ($bytes.Length -gt 4 -and $i % 2) {
                # An array that says what it is, so that more than the first byte is looked at.
                $bytes[0] = 0x90 + $random.Next(1, 15); $bytes[1] = 0xd4; $bytes[2] = 1; $bytes[3] = $random.Next(1, 34)
            }
            $failure = Get-Failure $bytes
            if ($failure -notin '', 'WireFormatException') { "$failure $([Convert]::ToHexString($bytes))" }
        }
        $other | Should -BeNullOrEmpty
    }

    It 'refuses nesting without end' {
        $bytes = [byte[]]::new(100000)
        [Array]::Fill($bytes, [byte] 0x91)
        Get-Failure $bytes | Should -Be 'WireFormatException'
        $bytes = [byte[]]::new(100000)
        for ($i = 0; $i + 1 -lt $bytes.Length; $i += 3) { $bytes[$i] = 0x81; $bytes[$i + 1] = 0xa1; $bytes[$i + 2] = 0x61 }
        Get-Failure $bytes | Should -Be 'WireFormatException'
        # A type whose element type has an element type, and so on.
        $bytes = [byte[]] (@(0x93, 0xd4, 1, 2) + @(0x92, 0x00) * 5000)
        Get-Failure $bytes | Should -Be 'WireFormatException'
    }

    It 'refuses counts that the bytes cannot hold before it makes room' {
        $before = [GC]::GetTotalAllocatedBytes($true)
        foreach ($bytes in
            [byte[]] (0xdd, 0x7f, 0xff, 0xff, 0xff, 0xc0),
            [byte[]] (0xdf, 0x7f, 0xff, 0xff, 0xff, 0xa1, 0x61, 0xc0),
            [byte[]] (0xc6, 0x7f, 0xff, 0xff, 0xff, 1),
            [byte[]] (0xdb, 0x7f, 0xff, 0xff, 0xff, 0x61),
            [byte[]] (0xc9, 0x7f, 0xff, 0xff, 0xff, 39, 9),
            # A multi-dimensional array of 2,000,000,000 by 2,000,000,000.
            [byte[]] (0x93, 0xd4, 1, 2, 0x93, 1, 2, 8, 0x95, 0xce, 0x77, 0x35, 0x94, 0, 0, 0xce, 0x77, 0x35, 0x94, 0, 0, 0xc4, 0),
            # A typed array of 2,000,000,000.
            [byte[]] (0x93, 0xd4, 1, 2, 0x92, 0, 1, 0xdd, 0x77, 0x35, 0x94, 0),
            [byte[]] (0x93, 0xd4, 1, 2, 0x92, 0, 8, 0xc6, 0x77, 0x35, 0x94, 0)) {
            Get-Failure $bytes | Should -Be 'WireFormatException'
        }
        [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 50MB
    }

    It 'never makes an object of a type that the bytes name' {
        # The writer's form of a known type, an exception, an enum and an array, with names that are none of ours.
        $known = [Activator]::CreateInstance($knownType)
        class LokyDanger { static [int] $Made; [int] $X; LokyDanger() { [LokyDanger]::Made++ } }
        $known.Add([LokyDanger])
        $bytes = ConvertTo-Bytes ([LokyDanger]::new()) (New-Session $writerType @{ KnownTypes = $known })
        $made = [LokyDanger]::Made
        $copy = ConvertFrom-Bytes $bytes
        $copy | Should -BeOfType pscustomobject
        [LokyDanger]::Made | Should -Be $made
        (Copy-Value ([System.Diagnostics.ProcessStartInfo[]] @([System.Diagnostics.ProcessStartInfo]::new()))).GetType() | Should -Be ([object[]])
        (Copy-Value ([System.Collections.Generic.List[System.Diagnostics.ProcessStartInfo]]::new())).GetType() | Should -Be ([System.Collections.Generic.List[object]])
    }

    It 'loads no assembly to find a type' {
        $bytes = ConvertTo-Bytes ([DayOfWeek]::Friday)
        $loaded = [AppDomain]::CurrentDomain.GetAssemblies().Count
        foreach ($name in 'System.Xx, Evil', 'A[[B, C]]', ('N' * 5000), '', 'System.Speech.X', "a`0b") {
            $utf8 = [System.Text.Encoding]::UTF8.GetBytes($name)
            $message = [byte[]] (@(0x94, 0xd4, 1, 15, 0xda, ($utf8.Length -shr 8), ($utf8.Length -band 255)) + $utf8 + @(5, 0xa1, 0x78))
            Get-Failure $message | Should -BeIn '', 'WireFormatException'
        }
        [AppDomain]::CurrentDomain.GetAssemblies().Count | Should -Be $loaded
    }

    It 'does not run a script that comes as a property' {
        $script:ran = $false
        $bytes = ConvertTo-Bytes ([pscustomobject] @{ S = { $script:ran = $true } })
        $copy = ConvertFrom-Bytes $bytes
        $null = "$($copy.S)", ($copy | Out-String)
        $script:ran | Should -BeFalse
    }

    It 'does not parse a script that comes as a value' {
        { Copy-Value ([System.Management.Automation.ScriptBlock]::Create('1')) } | Should -Not -Throw
        $bytes = [byte[]] (@(0xc7, 4, 37) + [System.Text.Encoding]::Unicode.GetBytes('{{'))
        $copy = ConvertFrom-Bytes $bytes
        "$copy" | Should -BeExactly '{{'
        { & $copy } | Should -Throw
    }

    It 'refuses documents that reach outside' {
        $text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
        $utf16 = [System.Text.Encoding]::Unicode.GetBytes($text)
        Get-Failure ([byte[]] (@(0xc7, $utf16.Length, 38) + $utf16)) | Should -Be 'WireFormatException'
    }

    It 'refuses references to objects that did not come' {
        Get-Failure ([byte[]] (0xd6, 2, 0, 0, 0, 0)) | Should -Be 'WireFormatException'
        Get-Failure ([byte[]] (0x91, 0xd6, 2, 0, 0, 0, 9)) | Should -Be 'WireFormatException'
        Get-Failure ([byte[]] (0x91, 0xd6, 2, 0xff, 0xff, 0xff, 0xff)) | Should -Be 'WireFormatException'
    }
}
