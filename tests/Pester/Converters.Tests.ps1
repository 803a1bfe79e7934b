# A user's own way to send values of a type: -Converter.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    Add-Type -TypeDefinition @'
        public class LokyMoney
        {
            private readonly decimal _amount;
            public LokyMoney(decimal amount, string currency) { _amount = amount; Currency = currency; }
            public string Currency { get; }
            public LokyMoney Next { get; set; }
            public decimal GetAmount() { return _amount; }
        }

        public class LokyCash : LokyMoney
        {
            public LokyCash(decimal amount) : base(amount, "EUR") { }
        }
'@ -OutputAssembly (Join-Path $TestDrive 'LokyMoney.dll')
    $assembly = Join-Path $TestDrive 'LokyMoney.dll'
    Add-Type -Path $assembly
    $money = @{
        [LokyMoney] = @{
            ToWire = { '{0} {1}' -f $_.GetAmount(), $_.Currency }
            FromWire = { $amount, $currency = $_ -split ' '; [LokyMoney]::new($amount, $currency) }
        }
    }
    function Use-Converter($Converter, [scriptblock] $Initializer) {
        $null = Get-LokyExecutor -MaxWorkers 1 -Converter $Converter -Initializer $Initializer
    }

    function Use-Money { Use-Converter $money ([scriptblock]::Create("Add-Type -Path '$assembly'")) }
}

AfterAll {
    Reset-Loky
}

Describe 'A type without a converter' {
    It 'comes as a property bag' {
        $bag = [LokyMoney]::new(3.5, 'EUR') | Invoke-LokyParallel { $_ }
        $bag.pstypenames[0] | Should -Be 'Deserialized.LokyMoney'
        $bag.Currency | Should -Be 'EUR'
    }
}

Describe 'A converter' {
    BeforeEach {
        Use-Money
    }

    It 'makes input objects what they are' {
        [LokyMoney]::new(3.5, 'EUR') | Invoke-LokyParallel { $_.GetType().Name; $_.GetAmount() * 2 } | Should -Be 'LokyMoney', 7
    }

    It 'makes results what they are' {
        $result = 3.5 | Invoke-LokyParallel { [LokyMoney]::new($_, 'USD') }
        $result | Should -BeOfType ([LokyMoney])
        $result.GetAmount() | Should -Be 3.5
    }

    It 'serves captured variables, $using: and arguments' {
        $price = [LokyMoney]::new(1, 'EUR')
        1 | Invoke-LokyParallel { $price.GetAmount(); ($using:price).GetAmount() + 1; $args[0].GetAmount() } -ArgumentList ([LokyMoney]::new(3, 'EUR')) |
            Should -Be 1, 2, 3
    }

    It 'serves large variables that are kept by the worker' {
        $prices = 1..5000 | ForEach-Object { [LokyMoney]::new($_, 'EUR') }
        1..2 | ForEach-Object { 1 | Invoke-LokyParallel { ($prices | Measure-Object { $_.GetAmount() } -Sum).Sum } } | Should -Be 12502500, 12502500
    }

    It 'serves values inside of others' {
        $item = [pscustomobject]@{ Price = [LokyMoney]::new(5, 'EUR'); All = @{ a = [LokyMoney]::new(6, 'EUR') }; List = [LokyMoney[]]@([LokyMoney]::new(7, 'EUR')) }
        $result = $item | Invoke-LokyParallel { $_.Price.GetAmount(); $_.All.a.GetAmount(); $_.List[0].GetAmount(); $_ }
        $result[0..2] | Should -Be 5, 6, 7
        $result[3].List[0].GetAmount() | Should -Be 7
    }

    It 'keeps one object in two places one object' {
        $one = [LokyMoney]::new(5, 'EUR')
        , @($one, $one) | Invoke-LokyParallel { [object]::ReferenceEquals($_[0], $_[1]) } | Should -BeTrue
        $two = 1 | Invoke-LokyParallel { $one = [LokyMoney]::new(1, 'EUR'); , @($one, $one, [LokyMoney]::new(1, 'EUR')) }
        [object]::ReferenceEquals($two[0], $two[1]) | Should -BeTrue
        [object]::ReferenceEquals($two[0], $two[2]) | Should -BeFalse
    }

    It 'keeps the properties that were added to an object' {
        $item = [LokyMoney]::new(5, 'EUR') | Add-Member -PassThru Note 'paid'
        $result = $item | Invoke-LokyParallel { "$($_.Note) $($_.GetAmount())"; $_ }
        $result[0] | Should -Be 'paid 5'
        $result[1].Note | Should -Be 'paid'
        $result[1].GetAmount() | Should -Be 5
    }

    It 'serves derived types, unless they have one of their own' {
        [LokyCash]::new(2) | Invoke-LokyParallel { $_.GetType().Name } | Should -Be 'LokyMoney'
        Use-Converter ($money + @{ [LokyCash] = @{ ToWire = { $_.GetAmount() }; FromWire = { [LokyCash]::new($_) } } }) ([scriptblock]::Create("Add-Type -Path '$assembly'"))
        [LokyCash]::new(2), [LokyMoney]::new(3, 'USD') | Invoke-LokyParallel { $_.GetType().Name } -Ordered | Should -Be 'LokyCash', 'LokyMoney'
    }

    It 'serves the results of jobs, also while the session waits for them' {
        $job = 1..3 | Invoke-LokyParallel { [LokyMoney]::new($_, 'EUR') } -Ordered -AsJob
        $results = $job | Receive-Job -Wait -AutoRemoveJob
        $results | Should -BeOfType ([LokyMoney])
        $results.ForEach('GetAmount') | Should -Be 1, 2, 3
        $before = @(Get-Runspace).Count
        (Start-LokyJob { [LokyMoney]::new($args[0], 'EUR') } -ArgumentList 4 | Receive-Job -Wait -AutoRemoveJob).GetAmount() | Should -Be 4
        @(Get-Runspace).Count | Should -Be $before -Because 'a job keeps no session'
    }

    It 'serves a job whose items are sent on one thread while its results are read on another' {
        $job = & { foreach ($i in 1..600) { [LokyMoney]::new($i, 'EUR') } } | Invoke-LokyParallel { [LokyMoney]::new($_.GetAmount() + 0.5, 'USD') } -AsJob
        $results = Receive-Job $job -Wait -AutoRemoveJob
        $results | ForEach-Object { $_.GetType() } | Sort-Object -Unique | Should -Be ([LokyMoney])
        $results | ForEach-Object { $_.GetAmount() } | Sort-Object | Should -Be @(1..600 | ForEach-Object { $_ + 0.5 })
    }

    It 'leaves the names of its scripts to themselves' {
        1 | Invoke-LokyParallel { $null = [LokyMoney]::new(1, 'EUR'); $null -eq $amount } | Should -BeTrue
        $amount | Should -BeNullOrEmpty
    }

    It 'is kept by calls that do not name it, and goes with an empty table' {
        $id = (1 | Invoke-LokyParallel { $PID } -MaxWorkers 1)
        (1 | Invoke-LokyParallel { $PID } -Converter $money) | Should -Be $id
        1 | Invoke-LokyParallel { [LokyMoney]::new(1, 'EUR') } | Should -BeOfType ([LokyMoney])
        (1 | Invoke-LokyParallel { [LokyMoney]::new(1, 'EUR') } -Converter @{ }).pstypenames[0] | Should -Be 'Deserialized.LokyMoney'
        (1 | Invoke-LokyParallel { $PID }) | Should -Be $id -Because 'converters travel with the call, so the workers stay'
    }
}

Describe 'The scripts of a converter' {
    It 'see the functions, variables, aliases and classes of the session, in the worker and here' {
        $prefix = 'host'
        class LokyAddress { [string] $Text; LokyAddress([string] $text) { $this.Text = $text } }
        function Get-LokyAddressText($Address) { "${prefix}:$($Address.Text)" }
        Set-Alias glat Get-LokyAddressText
        Use-Converter @{ [LokyAddress] = @{ ToWire = { glat $_ }; FromWire = { [LokyAddress]::new($_ + '!') } } }
        $result = [LokyAddress]::new('a') | Invoke-LokyParallel { $_.Text; $_ }
        $result[0] | Should -Be 'host:a!'
        $result[1] | Should -BeOfType ([LokyAddress])
        $result[1].Text | Should -Be 'host:host:a!!'
        (1 | Invoke-LokyParallel { [LokyAddress]::new('b') } -AsJob | Receive-Job -Wait -AutoRemoveJob).Text | Should -Be 'host:b!'
    }

    It 'of a job make classes that are those of the session' {
        class LokyPlace { [string] $Text }
        Use-Converter @{ [LokyPlace] = @{ ToWire = { $_.Text }; FromWire = { [LokyPlace]@{ Text = $_ } } } }
        1 | Invoke-LokyParallel { [LokyPlace]@{ Text = 'x' } } -AsJob | Receive-Job -Wait -AutoRemoveJob | Should -BeOfType ([LokyPlace])
    }

    It 'of a module run in that module' {
        $module = New-Module LokyConverterModule {
            $secret = 'inner'
            function Get-Secret { $secret }
            function Get-Converter { @{ [uri] = @{ ToWire = { "$_" }; FromWire = { [uri] "http://$(Get-Secret)/" } } } }
            Export-ModuleMember Get-Converter
        }
        Use-Converter (& $module { Get-Converter })
        "$([uri] 'http://a/' | Invoke-LokyParallel { "$_" })" | Should -Be 'http://inner/'
        "$(1 | Invoke-LokyParallel { [uri] 'http://b/' })" | Should -Be 'http://inner/'
    }

    It 'may write to other streams' {
        Use-Converter @{ [uri] = @{ ToWire = { Write-Warning 'leaving'; "$_" }; FromWire = { Write-Warning 'coming'; [uri] "$_" } } }
        $result = & { [uri] 'http://a/' | Invoke-LokyParallel { $_; 'after' } -WarningVariable script:warnings } 3> $null
        "$result" | Should -Be 'http://a/ after'
        "$script:warnings" | Should -Be 'coming leaving' -Because 'these the worker wrote, the others the session'
    }

    It 'may send nothing, or more than one object' {
        Use-Converter @{ [uri] = @{ ToWire = { }; FromWire = { [uri] "http://$($null -eq $_)" } }; [version] = @{ ToWire = { $_.Major, $_.Minor }; FromWire = { [version]::new($_[0], $_[1] + 1) } } }
        "$(([uri] 'http://a/') | Invoke-LokyParallel { "$_" })" | Should -Be 'http://true/'
        "$([version] '1.2' | Invoke-LokyParallel { "$_" })" | Should -Be '1.3'
    }

    It 'let values pass that cannot be sent otherwise' {
        $file = Join-Path $TestDrive 'stream.txt'
        Set-Content $file 'content' -NoNewline
        $stream = [IO.File]::OpenRead($file)
        try {
            { 1 | Invoke-LokyParallel { $stream.Length } -Converter @{ } -ErrorAction Stop } | Should -Throw -ErrorId 'LokyCapture,*'
            Use-Converter @{ [IO.FileStream] = @{ ToWire = { $_.Name }; FromWire = { [IO.File]::OpenRead($_) } } }
            1 | Invoke-LokyParallel { $stream.Length; $stream.Dispose() } | Should -Be 7
        }
        finally {
            $stream.Dispose()
        }
    }
}

Describe 'The names of converters' {
    It 'are those of their own module or session, also where others are the same' {
        class LokyOne { [int] $X }
        class LokyTwo { [int] $X }
        $make = {
            param($type, $offset)
            New-Module -ArgumentList $type, $offset {
                param($type, $offset)
                function Convert-Out($value) { $value.X + $offset }
                function Convert-In($sent) { $object = $type::new(); $object.X = $sent; $object }
                function Get-Converter { @{ $type = @{ ToWire = { Convert-Out $_ }; FromWire = { Convert-In $_ } } } }
                Export-ModuleMember Get-Converter
            }
        }
        $one = & $make ([LokyOne]) 100
        $two = & $make ([LokyTwo]) 200
        function Convert-Out { 'of the session' }
        function Convert-In { 'of the session' }
        Use-Converter ((& $one { Get-Converter }) + (& $two { Get-Converter }))
        ([LokyOne]@{ X = 1 } | Invoke-LokyParallel { $_.X; Convert-Out; $_ } | ForEach-Object { $_.X ?? $_ }) | Should -Be 101, 'of the session', 201
        ([LokyTwo]@{ X = 1 } | Invoke-LokyParallel { function Convert-Out { 'of the block' }; $offset = 0; $_ }).X | Should -Be 401
    }

    It 'serve the runspace that they were given in, and no other' {
        Use-Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { [uri] "$_#here" } } }
        $runspace = Start-Runspace @'
            $before = [uri] "http://a/" | Invoke-LokyParallel { "$_" }
            function Get-LokyPrefix { $null = Get-Date; 'http://' }
            $null = Get-LokyExecutor -Converter @{ [uri] = @{ ToWire = { $_.Host }; FromWire = { [uri] "$(Get-LokyPrefix)$_/" } } }
            $before
            [uri] "http://a/" | Invoke-LokyParallel { "$_"; [uri] "http://b/" } -Ordered
'@
        (Wait-Runspace $runspace -Seconds 60).ForEach{ "$_" } | Should -Be 'http://a/', 'http://a/', 'http://b/'
        [uri] 'http://a/' | Invoke-LokyParallel { "$_" } | Should -Be 'http://a/#here'
    }
}

Describe 'A converter that fails' {
    It 'to send an input object costs that object alone' {
        Use-Converter @{ [uri] = @{ ToWire = { if ($_.Host -eq 'bad') { throw 'no such host' }; "$_" }; FromWire = { [uri] "$_" } } }
        $result = [uri[]] ('http://a/', 'http://bad/', 'http://c/') | Invoke-LokyParallel { $_.Host } -Ordered -ErrorVariable failed -ErrorAction SilentlyContinue
        $result | Should -Be 'a', 'c'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LokySerialization,*'
        $failed[0].TargetObject | Should -Be ([uri] 'http://bad/')
        "$($failed[0])" | Should -BeLike '*ToWire of the converter for `[System.Uri`] failed: no such host*'
    }

    It 'to make a value in the worker costs that item alone' {
        Use-Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { if ($_ -like '*bad*') { throw 'unwanted' }; [uri] "$_" } } }
        $result = [uri[]] ('http://a/', 'http://bad/', 'http://c/') | Invoke-LokyParallel { $_.Host } -Ordered -ErrorVariable failed -ErrorAction SilentlyContinue
        $result | Should -Be 'a', 'c'
        $failed.Count | Should -Be 1
        "$($failed[0])" | Should -BeLike '*FromWire of the converter for `[System.Uri`] failed: unwanted*'
    }

    It 'with a result costs that result alone, on both sides' {
        Use-Converter @{ [uri] = @{
                ToWire = { if ($_.Host -eq 'first') { throw 'not sent' }; "$_" }
                FromWire = { if ($_ -like '*second*') { throw 'not made' }; [uri] "$_" } } }
        $result = 'first', 'second', 'third' | Invoke-LokyParallel { [uri] "http://$_/" } -Ordered -ErrorVariable failed -ErrorAction SilentlyContinue
        "$result" | Should -Be 'http://third/'
        $failed.ForEach{ "$_" } | Should -Be @(
            'ToWire of the converter for [System.Uri] failed: not sent', 'FromWire of the converter for [System.Uri] failed: not made')
    }

    It 'by an error that it does not handle fails, wherever it is called from' {
        Use-Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { if ("$_" -like '*bad*') { $null = [int]::Parse('bad') }; [uri] "$_" } }
            [version] = @{ ToWire = { No-SuchCommandOfLoky; 'sent' }; FromWire = { [version] '1.0' } } }
        [uri] 'http://bad/', [version] '1.0' | Invoke-LokyParallel { "ran with $_" } -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed.Count | Should -Be 2
        1 | Invoke-LokyParallel { [uri] 'http://bad/' } -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed.Count | Should -Be 1
    }

    It 'for a variable of the call has an identifier of its own' {
        Use-Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { throw 'unwanted' } } }
        $link = [uri] 'http://a/'
        # None of its items can run, so it is one error of the call.
        { 1..3 | Invoke-LokyParallel { "$link" } } | Should -Throw -ErrorId 'LokySerialization,*' -ExpectedMessage '*System.Uri*unwanted*'
    }

    It 'because it returns nothing says so' {
        Use-Converter @{ [uri] = @{ ToWire = { "$_" }; FromWire = { } } }
        1 | Invoke-LokyParallel { [uri] 'http://a/' } -ErrorVariable failed -ErrorAction SilentlyContinue
        "$($failed[0])" | Should -BeLike '*for `[System.Uri`] has returned nothing*'
    }

    It 'because a value contains itself says that it is nested too deep' {
        Use-Converter @{ [LokyMoney] = @{ ToWire = { , @($_.Currency, $_.Next) }; FromWire = { "$_" } } }
        $ring = [LokyMoney]::new(1, 'EUR')
        $ring.Next = $ring
        $ring | Invoke-LokyParallel { $_ } -ErrorVariable failed -ErrorAction SilentlyContinue
        "$($failed[0])" | Should -BeLike '*nested deeper than the limit*'
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
    }
}

Describe 'A bad -Converter' {
    It '<Why> is refused before anything starts' -ForEach @(
        @{ Why = 'for no type'; Value = @{ 'No.Such.Type' = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = "'No.Such.Type' is no type*" }
        @{ Why = 'for a number'; Value = @{ [int] = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = '`[System.Int32`] cannot have a converter*' }
        @{ Why = 'for every object'; Value = @{ [object] = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = '`[System.Object`] cannot have a converter*' }
        @{ Why = 'for tables'; Value = @{ [hashtable] = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = '`[System.Collections.Hashtable`] cannot have a converter*' }
        @{ Why = 'for all that can be enumerated'; Value = @{ [Collections.IEnumerable] = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = '`[System.Collections.IEnumerable`] cannot have a converter*' }
        @{ Why = 'for every exception'; Value = @{ [Exception] = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = '`[System.Exception`] cannot have a converter*' }
        @{ Why = 'without FromWire'; Value = @{ [uri] = @{ ToWire = { 1 } } }; Like = "The converter for 'System.Uri' has no script block 'FromWire'*" }
        @{ Why = 'with a text for a script'; Value = @{ [uri] = @{ ToWire = 'x'; FromWire = { 1 } } }; Like = "The converter for 'System.Uri' has no script block 'ToWire'*" }
        @{ Why = 'that is no table'; Value = @{ [uri] = 5 }; Like = "The converter for 'System.Uri' has no script block 'ToWire'*" }
        @{ Why = 'twice for one type'; Value = @{ [uri] = @{ ToWire = { 1 }; FromWire = { 1 } }; 'System.Uri' = @{ ToWire = { 1 }; FromWire = { 1 } } }; Like = 'There are two converters for `[System.Uri`]*' }
        @{ Why = 'with $using:'; Value = @{ [uri] = @{ ToWire = [scriptblock]::Create('$using:x'); FromWire = { 1 } } }; Like = '$using:x in ToWire of the converter for*' }
    ) {
        $before = (Get-LokyExecutor).Workers.Id
        $failed = { Get-LokyExecutor -Converter $Value -ErrorAction Stop } | Should -Throw -PassThru -ErrorId 'LokyInvalidConverter,*'
        "$failed" | Should -BeLike $Like
        $failed.CategoryInfo.Category | Should -Be 'InvalidArgument'
        (Get-LokyExecutor).Workers.Id | Should -Be $before
    }
}
