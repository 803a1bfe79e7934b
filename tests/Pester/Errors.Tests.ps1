BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
}

AfterAll {
    Reset-Loky
}

Describe 'An item that throws' {
    It 'gives one error and lets the others finish' {
        $results = 1..10 | Invoke-LokyParallel { if ($_ -eq 4) { throw "bad $_" }; $_ } -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Sort-Object | Should -Be (1, 2, 3, 5, 6, 7, 8, 9, 10)
        $failures | Should -HaveCount 1
        $failures[0].Exception.Message | Should -BeExactly 'bad 4'
    }

    It 'has the input item as the target of its error' {
        $null = 'a', 'b' | Invoke-LokyParallel { if ($_ -eq 'b') { throw 'x' } } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.TargetObject | Should -BeExactly 'b'
    }

    It 'keeps what it gave before' {
        $results = 1 | Invoke-LokyParallel { 'before'; throw 'x'; 'after' } -ErrorAction SilentlyContinue
        $results | Should -Be 'before'
    }

    It 'keeps the type of its exception' {
        $null = 1 | Invoke-LokyParallel { throw [ArgumentOutOfRangeException]::new('name', 'too big') } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].Exception | Should -BeOfType ([ArgumentOutOfRangeException])
        $failures[0].Exception.Message | Should -BeLike 'too big*'
    }

    It 'keeps the inner exceptions' {
        $null = 1 | Invoke-LokyParallel { throw [InvalidOperationException]::new('outer', [FormatException]::new('inner')) } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].Exception.InnerException | Should -BeOfType ([FormatException])
        $failures[0].Exception.InnerException.Message | Should -Be 'inner'
    }

    It 'tells a division by zero as PowerShell does' {
        $null = 0 | Invoke-LokyParallel { 1 / $_ } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'RuntimeException*'
        $failures[0].Exception.Message | Should -Be $(try { 1 / 0 } catch { $_.Exception.Message })
    }

    It 'tells a command that does not exist' {
        $null = 1 | Invoke-LokyParallel { Invoke-NothingOfThisName } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'CommandNotFoundException*'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'may catch its own error' {
        1 | Invoke-LokyParallel { try { throw 'x' } catch { "caught $_" } } | Should -Be 'caught x'
    }

    It 'ends only itself when it calls exit' {
        $results = 1..6 | Invoke-LokyParallel { if ($_ -eq 3) { exit 5 }; $_ } -BatchSize 1 -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Sort-Object | Should -Be 1, 2, 4, 5, 6
        $failures.TargetObject | Should -Be 3
    }

    It 'is told with the trace of the script in the worker' {
        $null = 1 | Invoke-LokyParallel { function Fail-Deep { throw 'deep' }; Fail-Deep } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].ScriptStackTrace | Should -Match 'Fail-Deep'
    }
}

Describe 'An item that writes an error' {
    It 'goes on and keeps the details of the error' {
        $results = 7 | Invoke-LokyParallel {
            Write-Error -Message 'told' -ErrorId 'MyId' -Category InvalidData
            'after'
        } -ErrorVariable failures -ErrorAction SilentlyContinue
        $results | Should -Be 'after'
        $failures | Should -HaveCount 1
        $failures[0].Exception.Message | Should -BeExactly 'told'
        $failures[0].FullyQualifiedErrorId | Should -Match '^MyId\b'
        $failures[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $failures[0].TargetObject | Should -Be 7
    }

    It 'is told with the line of the caller''s script' {
        $block = {
            Write-Error 'here'
        }
        $null = 1 | Invoke-LokyParallel $block -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].InvocationInfo.ScriptLineNumber | Should -Be ($block.Ast.Extent.StartLineNumber + 1)
        $failures[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
    }

    It 'may write many' {
        $null = 1..100 | Invoke-LokyParallel { Write-Error "e$_" } -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.Exception.Message | Sort-Object | Should -Be @(1..100 | ForEach-Object { "e$_" } | Sort-Object)
    }
}

Describe 'The error preference of the caller' {
    It 'stops the call at the first error with -ErrorAction Stop' {
        { 1..5 | Invoke-LokyParallel { Write-Error "e$_" } -ErrorAction Stop } | Should -Throw -ExpectedMessage 'e*'
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }

    It 'stops the call at the first error with $ErrorActionPreference' {
        $ErrorActionPreference = 'Stop'
        { 1..5 | Invoke-LokyParallel { Write-Error "e$_" } } | Should -Throw -ExpectedMessage 'e*'
    }

    It 'is the one inside the block too' {
        $ErrorActionPreference = 'Stop'
        $state = @{ Output = @() }
        { 1 | Invoke-LokyParallel { Write-Error 'first'; 'second' } | ForEach-Object { $state.Output += $_ } } | Should -Throw -ExpectedMessage 'first'
        $state.Output | Should -BeNullOrEmpty
    }

    It 'leaves no trace in $Error with -ErrorAction Ignore' {
        $Error.Clear()
        1..3 | Invoke-LokyParallel { Write-Error 'x'; $_ } -ErrorAction Ignore -ErrorVariable failures | Sort-Object | Should -Be 1, 2, 3
        $Error | Should -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
    }

    It 'shows nothing but keeps $Error with -ErrorAction SilentlyContinue' {
        $Error.Clear()
        $merged = 1 | Invoke-LokyParallel { Write-Error 'kept' } -ErrorAction SilentlyContinue 2>&1
        $merged | Should -BeNullOrEmpty
        $Error[0].Exception.Message | Should -Be 'kept'
    }

    It 'can be overruled inside the block' {
        $results = 1 | Invoke-LokyParallel { $ErrorActionPreference = 'Stop'; Write-Error 'x'; 'after' } -ErrorAction SilentlyContinue -ErrorVariable failures
        $results | Should -BeNullOrEmpty
        $failures | Should -HaveCount 1
    }
}

Describe 'The place of an error' {
    It 'is in the caller''s file: in the message of the position and in the trace' {
        $block = {
            Get-Item -LiteralPath /no/such/item
            throw 'end'
        }
        $null = 1 | Invoke-LokyParallel $block -ErrorVariable failures -ErrorAction SilentlyContinue
        $line = $block.Ast.Extent.StartLineNumber
        $failures.InvocationInfo.ScriptLineNumber | Should -Be ($line + 1), ($line + 2)
        $failures[0].InvocationInfo.PositionMessage | Should -BeLike "At ${PSCommandPath}:$($line + 1) char:13*Get-Item -LiteralPath /no/such/item*"
        $failures[1].InvocationInfo.PositionMessage | Should -BeLike "At ${PSCommandPath}:$($line + 2) char:13*throw 'end'*"
        $failures[1].ScriptStackTrace | Should -BeLike "*$PSCommandPath`: line $($line + 2)*"
    }

    It 'ends where the statement ends: <text>' -ForEach @(
        @{ text = '1/0'; block = { 1/0; 'after' } }
        @{ text = 'Get-Item /no/such'; block = { 'before'; Get-Item /no/such; 'after' } }
        @{ text = "throw 'q'"; block = { if ($true) { throw 'q' }; 'after' } }
        @{ text = "Write-Error 'x'"; block = { 'before'; Write-Error 'x'; 'after' } }
    ) {
        $null = 1 | Invoke-LokyParallel $block -ErrorVariable failures -ErrorAction SilentlyContinue
        $source, $marks = ($failures[0].InvocationInfo.PositionMessage -split '\r?\n')[1, 2]
        $source.Substring($marks.IndexOf('~'), ($marks -replace '[^~]').Length) | Should -BeExactly $text
    }

    It 'is told to every one of many items' {
        $null = 1..3 | Invoke-LokyParallel { Write-Error "e$_"; $MyInvocation.ScriptLineNumber } -BatchSize 3 -ErrorVariable failures -ErrorAction SilentlyContinue -OutVariable lines
        $failures.InvocationInfo.ScriptName | Should -Be @($PSCommandPath, $PSCommandPath, $PSCommandPath)
        $lines | Should -Be 0, 0, 0 -Because 'the block''s own invocation stays what it is'
    }

    It 'has the name of a captured function: <name>' -ForEach @(
        @{ name = 'Deep'; define = { function Deep { throw 'd' } }; call = { Deep } }
        @{ name = 'DeepWith'; define = { function DeepWith ($x) { if ($x) { throw 'd' } } }; call = { DeepWith $_ } }
        @{ name = 'DeepFilter'; define = { filter DeepFilter { if ($_) { throw 'd' } } }; call = { $_ | DeepFilter } }
    ) {
        . $define
        $null = 1 | Invoke-LokyParallel $call -ErrorVariable failures -ErrorAction SilentlyContinue
        $line = $define.Ast.Extent.StartLineNumber
        $failures[0].ScriptStackTrace | Should -BeLike "at $name, $PSCommandPath`: line $line*at <ScriptBlock>, $PSCommandPath*"
        $failures[0].InvocationInfo.PositionMessage | Should -BeLike "At ${PSCommandPath}:$line char:*throw 'd'*"
        $failures[0].InvocationInfo.OffsetInLine | Should -Be ((Get-Content -LiteralPath $PSCommandPath)[$line - 1].IndexOf("throw 'd'") + 1)
    }

    It 'has the name of a captured function in the call stack' {
        function Get-OwnFrame { (Get-PSCallStack)[0].FunctionName }
        1 | Invoke-LokyParallel { Get-OwnFrame } | Should -Be 'Get-OwnFrame'
    }
}

Describe '$Error in a block' {
    It 'is empty at the start of each item and each call' {
        $null = 1 | Invoke-LokyParallel { Get-Item /no/such -ErrorAction SilentlyContinue } -ThrottleLimit 1
        1..4 | Invoke-LokyParallel { $Error.Count; Get-Item /no/such -ErrorAction SilentlyContinue; $Error.Count } -BatchSize 2 -Ordered |
            Should -Be 0, 1, 0, 1, 0, 1, 0, 1
    }
}

Describe 'The error of a call' {
    It 'can be caught by type with -ErrorAction Stop' {
        $caught = try { 1 | Invoke-LokyParallel { throw [IO.IOException]::new('io') } -ErrorAction Stop } catch [IO.IOException] { 'typed' } catch { 'other' }
        $caught | Should -Be 'typed'
    }

    It 'leaves no trace of a throw with -ErrorAction Ignore' {
        $Error.Clear()
        1, 2 | Invoke-LokyParallel { if ($_ -eq 1) { throw 'x' }; $_ } -ErrorAction Ignore -ErrorVariable failures | Should -Be 2
        $Error | Should -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
    }
}
