# What users give as hosts: read before anything is connected.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
}

Describe 'A host as a string' {
    It 'is <Name> with <Workers> workers, for <Text>' -ForEach @(
        @{ Text = 'web1'; Name = 'web1'; Workers = $null; Target = '-- web1' }
        @{ Text = 'web1*8'; Name = 'web1'; Workers = 8; Target = '-- web1' }
        @{ Text = 'admin@web2:2222*8'; Name = 'admin@web2:2222'; Workers = 8; Target = '-p 2222 -l admin -- web2' }
        @{ Text = 'dom\admin@web2'; Name = 'dom\admin@web2'; Workers = $null; Target = '-l dom\admin -- web2' }
        @{ Text = '[fe80::1]:22*2'; Name = '[fe80::1]:22'; Workers = 2; Target = '-p 22 -- fe80::1' }
    ) {
        $test = Test-LokyHost $Text -TimeoutSeconds 0.001
        $test.HostName | Should -Be $Name
        $test.Workers | Should -Be $Workers
        $test.Command -join ' ' | Should -BeLike "ssh -T * $Target pwsh *"
    }

    It 'is refused as <Text>' -ForEach @(
        @{ Text = '' }, @{ Text = '-oProxyCommand=touch' }, @{ Text = 'x@-oProxyCommand=touch' }, @{ Text = '-x@web1' }, @{ Text = 'web1*' }, @{ Text = 'web1*0' }
        @{ Text = 'web1*5000' }, @{ Text = 'web1:0' }, @{ Text = 'web1:99999' }, @{ Text = 'web 1' }, @{ Text = ':22' }, @{ Text = '@web1' }
    ) {
        $failed = { Test-LokyHost $Text } | Should -Throw -PassThru
        $failed.FullyQualifiedErrorId | Should -BeLike 'LokyInvalidHost,*'
        $failed.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failed.TargetObject | Should -Be $Text
    }

    It 'is refused by <Command> too, which starts nothing' -ForEach @(
        @{ Command = 'Get-LokyExecutor'; Run = { Get-LokyExecutor -HostName 'web 1' } }
        @{ Command = 'Invoke-LokyParallel'; Run = { 1 | Invoke-LokyParallel { $_ } -HostName 'web 1' } }
        @{ Command = 'Start-LokyJob'; Run = { Start-LokyJob { 1 } -HostName 'web 1' } }
    ) {
        Reset-Loky
        $failed = $Run | Should -Throw -PassThru
        $failed.FullyQualifiedErrorId | Should -BeLike 'LokyInvalidHost,*'
        "$failed" | Should -BeLike "*'web 1'*user@host:port*New-LokyHost*"
        Get-LokyExecutor | Should -BeNullOrEmpty
    }

    It 'is refused where it is named twice, because errors tell hosts by their names' {
        { Test-LokyHost web1, 'web1*3' } | Should -Throw -ErrorId 'LokyInvalidHost,*' -ExpectedMessage "*'web1'*twice*"
    }

    It 'is refused where it is neither a string nor a host' {
        { Test-LokyHost 5 } | Should -Throw -ErrorId 'LokyInvalidHost,*' -ExpectedMessage '*New-LokyHost*int*'
    }
}

Describe 'New-LokyHost' {
    It 'gives ssh what New-PSSession would give it, and what it needs to ask nothing' {
        $key = Join-Path $TestDrive 'a key'
        Set-Content $key x
        $made = New-LokyHost -HostName web1 -UserName admin -Port 2222 -KeyFilePath $key -Options @{ ConnectTimeout = 5; BatchMode = 'no' } -Workers 3
        $made.Name | Should -Be 'admin@web1:2222'
        $made.Workers | Should -Be 3
        $line = $made.Command -join '|'
        $line | Should -BeLike "ssh|-T|-o|BatchMode=no|-o|ConnectTimeout=5|-o|BatchMode=yes|*|-i|$key|-p|2222|-l|admin|--|web1|pwsh|*"
    }

    It 'quotes <Path> for the shell of the host as <Quoted>' -ForEach @(
        @{ Path = '/apps/pwsh'; Quoted = '/apps/pwsh' }
        @{ Path = '~/bin/pwsh'; Quoted = '~/bin/pwsh' }
        @{ Path = '~/my bin/pwsh'; Quoted = '~/"my bin/pwsh"' }
        @{ Path = 'C:\Program Files\PowerShell\7\pwsh.exe'; Quoted = '"C:\Program Files\PowerShell\7\pwsh.exe"' }
        @{ Path = '/a$b''c/pwsh'; Quoted = "'/a`$b'\''c/pwsh'" }
    ) {
        (New-LokyHost web1 -PowerShellPath $Path).Command | Should -Contain $Quoted
    }

    It 'says nothing on the command line that a shell could change' {
        $command = (New-LokyHost web1).Command
        $command[$command.IndexOf('web1')..($command.Count)] -join '' | Should -Match '^[A-Za-z0-9+/=-]+$'
        # What Windows takes on one line.
        ($command -join ' ').Length | Should -BeLessThan 8000
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'an option as the name'; Run = { New-LokyHost '-oProxyCommand=touch' } }
        @{ What = 'no workers'; Run = { New-LokyHost web1 -Workers 0 } }
        @{ What = 'too many workers'; Run = { New-LokyHost web1 -Workers 100000 } }
        @{ What = 'a port out of bounds'; Run = { New-LokyHost web1 -Port 70000 } }
        @{ What = 'a key file that is not there'; Run = { New-LokyHost web1 -KeyFilePath /no/such/key } }
        @{ What = 'a time that is none'; Run = { New-LokyHost -Slurm -Workers 1 -Time 'soon' } }
        @{ What = 'a negative time'; Run = { New-LokyHost -Slurm -Workers 1 -Time ([timespan]'-1:0') } }
    ) {
        $Run | Should -Throw -ErrorId 'LokyInvalidHost,*'
    }

    It 'asks Slurm for as many nodes as the workers need' {
        $made = New-LokyHost -Slurm -Workers 40 -WorkersPerNode 16 -Partition long -Time ([timespan]'1.02:03:04') -ArgumentList '--account=me'
        $nodes = Test-LokyHost $made -TimeoutSeconds 0.001
        $nodes.HostName | Should -Be 'slurm/1', 'slurm/2', 'slurm/3'
        $nodes.Workers | Should -Be 16, 16, 8
        $nodes[2].Command -join ' ' | Should -BeLike 'srun * --cpus-per-task=8 * --partition=long --time=1-02:03:04 --account=me sh -c * pwsh *'
    }

    It 'does not guess how many workers Slurm is to be asked for' {
        { New-LokyHost -Slurm } | Should -Throw -ErrorId 'LokyInvalidHost,*' -ExpectedMessage '*-Workers*'
    }
}

Describe 'Completion of -HostName' {
    It 'offers the names of the ssh configuration, with those of files that it includes, but no patterns' {
        $home1 = Join-Path $TestDrive home
        $null = New-Item "$home1/.ssh/more" -ItemType Directory
        Set-Content "$home1/.ssh/config" "Include more/*`nHost web1 web2 *.example !bad`n  User x`nhost=db1"
        Set-Content "$home1/.ssh/more/one" "Host extra # told`n"
        $run = Invoke-Session -Environment @{ HOME = $home1 } -Script @'
(TabExpansion2 'Invoke-LokyParallel { $_ } -HostName ').CompletionMatches.CompletionText
(TabExpansion2 'Test-LokyHost me@w').CompletionMatches.CompletionText
'@
        $run.Lines | Should -Be "':'", 'extra', 'web1', 'web2', 'db1', "'me@web1'", "'me@web2'"
    }
}
