# What becomes of objects that the caller shares with the block: some are refused, of others a copy is changed, with a warning.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1

    # The warnings of a call, which runs in the scope of the test.
    function Get-CallWarning([scriptblock] $Call) {
        @(. $Call 3>&1) | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
    }
}

AfterAll {
    Reset-Loky
}

Describe 'A value that is dead as a copy' {
    It 'is refused before anything runs, with the way out: <name>' -ForEach @(
        @{ name = 'CancellationTokenSource'; make = { [Threading.CancellationTokenSource]::new() }; hint = '*-TimeoutSeconds*' }
        @{ name = 'CancellationToken'; make = { [Threading.CancellationTokenSource]::new().Token }; hint = '*-TimeoutSeconds*' }
        @{ name = 'CancellationToken that was cancelled'; make = { [Threading.CancellationToken]::new($true) }; hint = '*-TimeoutSeconds*' }
        @{ name = 'handle'; make = { [IntPtr] 5 }; hint = '*within the block*' }
        @{ name = 'SemaphoreSlim'; make = { [Threading.SemaphoreSlim]::new(1) }; hint = '*-ThrottleLimit*' }
        @{ name = 'Mutex'; make = { [Threading.Mutex]::new() }; hint = '*mutex with a name*' }
        @{ name = 'ManualResetEvent'; make = { [Threading.ManualResetEvent]::new($false) }; hint = '*mutex with a name*' }
        @{ name = 'ReaderWriterLockSlim'; make = { [Threading.ReaderWriterLockSlim]::new() }; hint = '*mutex with a name*' }
        @{ name = 'HttpClient'; make = { [Net.Http.HttpClient]::new() }; hint = '*within the block*-Initializer*' }
        @{ name = 'WebClient'; make = { [Net.WebClient]::new() }; hint = '*within the block*-Initializer*' }
        @{ name = 'Socket'; make = { [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp') }; hint = '*within the block*-Initializer*' }
        @{ name = 'TcpClient'; make = { [Net.Sockets.TcpClient]::new() }; hint = '*within the block*-Initializer*' }
        @{ name = 'DbConnection'; make = { [LokyTestConnection]::new() }; hint = '*within the block*-Initializer*' }
        @{ name = 'Timer'; make = { [Timers.Timer]::new() }; hint = '*within the block*-Initializer*' }
        @{ name = 'runspace'; make = { [runspacefactory]::CreateRunspace() }; hint = '*within the block*' }
        @{ name = 'stream'; make = { [IO.MemoryStream]::new() }; hint = '*within the block*' }
    ) {
        if ($name -eq 'DbConnection') {
            Add-Type -ReferencedAssemblies System.Data.Common, System.ComponentModel.Primitives, System.Transactions.Local -TypeDefinition @'
public class LokyTestConnection : System.Data.Common.DbConnection {
    public override string ConnectionString { get; set; } = "";
    public override string Database => "";
    public override string DataSource => "";
    public override string ServerVersion => "";
    public override System.Data.ConnectionState State => System.Data.ConnectionState.Open;
    public override void ChangeDatabase(string databaseName) { }
    public override void Open() { }
    public override void Close() { }
    protected override System.Data.Common.DbTransaction BeginDbTransaction(System.Data.IsolationLevel isolationLevel) => null;
    protected override System.Data.Common.DbCommand CreateDbCommand() => null;
}
'@
        }
        $marker = Join-Path $TestDrive 'ran'
        $value = & $make
        try {
            { 1 | Invoke-LokyParallel { Set-Content $marker 1; $value.ToString() } } | Should -Throw -ErrorId 'LokyCapture,*' -ExpectedMessage "*`$value*$hint"
            { 1 | Invoke-LokyParallel { Set-Content $marker 1; ($using:value).ToString() } } | Should -Throw -ErrorId 'LokyCapture,*' -ExpectedMessage "*`$using:value*$hint"
        }
        finally {
            if ($value -is [IDisposable]) { $value.Dispose() }
        }
        $marker | Should -Not -Exist
    }

    It 'is refused as an argument, by its number' {
        $marker = Join-Path $TestDrive 'argued'
        $source = [Threading.CancellationTokenSource]::new()
        { 1 | Invoke-LokyParallel { param($a, $token) Set-Content $marker 1 } -ArgumentList 1, $source.Token } |
            Should -Throw -ErrorId 'LokyCapture,*' -ExpectedMessage 'Argument 2 *CancellationToken*-TimeoutSeconds*'
        { Start-LokyJob { Set-Content $marker 1 } -ArgumentList $source } | Should -Throw -ErrorId 'LokyCapture,*'
        $source.Dispose()
        $marker | Should -Not -Exist
    }

    It 'is not looked for among what the block does not use' {
        $client = [Net.Http.HttpClient]::new()
        1 | Invoke-LokyParallel { $_ } | Should -Be 1
        $client.Dispose()
    }

    It 'is no handle that refers to nothing, and no token that nobody can cancel' {
        $none, $zero, $unsigned = [Threading.CancellationToken]::None, [IntPtr]::Zero, [UIntPtr]::Zero
        1 | Invoke-LokyParallel { "$($none.CanBeCanceled) $($none.GetType().Name) $zero $unsigned" } -ErrorAction Stop | Should -Be 'False CancellationToken 0 0'
        $result = 1 | Invoke-LokyParallel { param($token, $handle, $other) $token.ThrowIfCancellationRequested(); $handle.GetType().Name; $other.GetType().Name } -ArgumentList $none, $zero, $unsigned -ErrorAction Stop
        $result | Should -Be 'IntPtr', 'UIntPtr'
    }

    It 'is none that can be disposed of and is of use all the same' {
        $table = [Data.DataTable]::new('t')
        $process = Get-Process -Id $PID
        $name = $process.ProcessName
        1 | Invoke-LokyParallel { "$($table.TableName) $($process.ProcessName)" } -ErrorAction Stop | Should -Be "t $name"
    }
}

Describe 'A copy that is changed' {
    It 'is told in one warning: <name>' -ForEach @(
        @{ name = 'ConcurrentBag'; call = { $bag = [Collections.Concurrent.ConcurrentBag[int]]::new(); 1..3 | Invoke-LokyParallel { $bag.Add($_) } }; told = '$bag' }
        @{ name = 'ConcurrentDictionary'; call = { $map = [Collections.Concurrent.ConcurrentDictionary[int, int]]::new(); 1..3 | Invoke-LokyParallel { $map[$_] = 1 } }; told = '$map' }
        @{ name = 'ConcurrentQueue'; call = { $queue = [Collections.Concurrent.ConcurrentQueue[int]]::new(); 1..3 | Invoke-LokyParallel { $queue.Enqueue($_) } -ErrorAction Ignore }; told = '$queue' }
        @{ name = 'ConcurrentStack'; call = { $stack = [Collections.Concurrent.ConcurrentStack[int]]::new(); 1..3 | Invoke-LokyParallel { $stack.Push($_) } -ErrorAction Ignore }; told = '$stack' }
        @{ name = '$using: of one'; call = { $bag = [Collections.Concurrent.ConcurrentBag[int]]::new(); 1..3 | Invoke-LokyParallel { ($using:bag).Add($_) } }; told = '$using:bag' }
        @{ name = '$using: by another name'; call = { $map = [Collections.Concurrent.ConcurrentDictionary[int, int]]::new(); 1..3 | Invoke-LokyParallel { $d = $using:map; $null = $d.TryAdd($_, 1) } -ErrorAction Ignore }; told = '$using:map' }
        @{ name = '$using: without capture'; call = { $bag = [Collections.Concurrent.ConcurrentBag[int]]::new(); 1..3 | Invoke-LokyParallel { ($using:bag).Add($_) } -NoCapture }; told = '$using:bag' }
        @{ name = 'synchronized hashtable'; call = { $table = [hashtable]::Synchronized(@{}); 1..3 | Invoke-LokyParallel { $table.Count; $table.n = $_ } }; told = '$table' }
        @{ name = 'synchronized list'; call = { $list = [Collections.ArrayList]::Synchronized([Collections.ArrayList]::new()); 1..3 | Invoke-LokyParallel { $null = $list.Add($_) } }; told = '$list' }
        @{ name = 'what makes an immutable list'; call = { $made = [Collections.Immutable.ImmutableList]::CreateBuilder[int](); 1..3 | Invoke-LokyParallel { $made.Add($_) } }; told = '$made' }
        @{ name = 'a list'; call = { $list = [Collections.Generic.List[int]]::new(); 1..3 | Invoke-LokyParallel { $list.Add($_) } }; told = '$list' }
        @{ name = '[ref]'; call = { $reference = [ref] 0; 1..3 | Invoke-LokyParallel { $reference.Value++ } }; told = '$reference' }
        @{ name = '$script:n++'; call = { $script:lokyCount = 0; 1..3 | Invoke-LokyParallel { $script:lokyCount++ } }; told = '$script:lokyCount' }
        @{ name = '$global:n += 1'; call = { $global:lokyCount = 0; 1..3 | Invoke-LokyParallel { if ($_ -gt 1) { $global:lokyCount += 1 } } }; told = '$global:lokyCount' }
        @{ name = '$n++'; call = { $count = 0; 1..3 | Invoke-LokyParallel { $count++ } }; told = '$count' }
        @{ name = '$res += $_'; call = { $res = @(); 1..3 | Invoke-LokyParallel { $res += $_ } }; told = '$res' }
        @{ name = '$res += in an inner loop'; call = { $res = @(); 1..3 | Invoke-LokyParallel { 1..2 | ForEach-Object { $res += $_ } } }; told = '$res' }
        @{ name = 'in a function that is called'; call = { $script:lokyCount = 0; function Add-Count { $script:lokyCount++ }; 1..3 | Invoke-LokyParallel { Add-Count } }; told = '$script:lokyCount' }
        @{ name = 'a collection handed to a function'; call = { $bag = [Collections.Concurrent.ConcurrentBag[int]]::new(); function Add-It($to) { $to.Add(1) }; 1..3 | Invoke-LokyParallel { Add-It $bag } }; told = '$bag' }
        @{ name = '$n = $n + 1'; call = { $n = 0; 1..3 | Invoke-LokyParallel { $n = $n + 1 } }; told = '$n' }
        @{ name = '$res = $res + $_ with a type, of a part of the items'; call = { $res = @(); 1..3 | Invoke-LokyParallel { if ($_ -gt 1) { [object[]] $res = ($res + $_) + 1 } } }; told = '$res' }
        @{ name = '$script:n = $script:n * 2, twice'; call = { $script:lokyCount = 1; 1..3 | Invoke-LokyParallel { if ($script:lokyCount -gt 8) { 'many' }; $script:lokyCount = $script:lokyCount * 2; $script:lokyCount = $script:lokyCount + 1 } }; told = '$script:lokyCount' }
        @{ name = 'a shared collection among the arguments'; call = { 1..3 | Invoke-LokyParallel { param($number, $all) $all.TryAdd($_) } -ArgumentList 1, ([Collections.Concurrent.BlockingCollection[int]]::new()) -ErrorAction Ignore }; told = '$all' }
        @{ name = 'a synchronized hashtable as the first of $args'; call = { 1..3 | Invoke-LokyParallel { $args[0][$_] = 1; $args[1].Add(1) } -ArgumentList ([hashtable]::Synchronized(@{})), 1 -ErrorAction Ignore }; told = '$args' }
        @{ name = 'one of the remaining arguments'; call = { 1..3 | Invoke-LokyParallel { param($number) $args[0].Add($_) } -ArgumentList 1, ([Collections.Concurrent.ConcurrentBag[int]]::new()) -ErrorAction Ignore }; told = '$args' }
        @{ name = 'a [ref] as an argument'; call = { $n = 0; 1..3 | Invoke-LokyParallel { param([ref] $total) $total.Value = $_ } -ArgumentList ([ref] $n) }; told = '$total' }
        @{ name = 'a list as an argument'; call = { 1..3 | Invoke-LokyParallel { param($list) $null = $list.Add($_) } -ArgumentList (, [Collections.ArrayList]::new()) }; told = '$list' }
        @{ name = 'an argument of Start-LokyJob'; call = { Start-LokyJob { param($bag) $bag.Add(1) } -ArgumentList ([Collections.Concurrent.ConcurrentBag[int]]::new()) | Receive-Job -Wait -AutoRemoveJob }; told = '$bag' }
        @{ name = 'a bag as an item'; call = { , [Collections.Concurrent.ConcurrentBag[int]]::new() | Invoke-LokyParallel { $_.Add(1) } }; told = '$_' }
        @{ name = 'a list as an item'; call = { , [Collections.Generic.List[int]]::new() | Invoke-LokyParallel { $_.Add(1); "added $($_.Count)" } }; told = '$_' }
        @{ name = 'a property of an item'; call = { [pscustomobject]@{ Name = 'a' } | Invoke-LokyParallel { $_.Name = 'x' } }; told = '$_' }
        @{ name = 'a property of an item, by the long name, with something else written'; call = { [pscustomobject]@{ Name = 'a'; Size = 0 } | Invoke-LokyParallel { $PSItem.Size += 2; "done $($PSItem.Name)" } }; told = '$PSItem' }
        @{ name = 'a key of an item'; call = { @{ a = 1 } | Invoke-LokyParallel { $_['k'] = 1 } -NoCapture }; told = '$_' }
        @{ name = 'a property of a part of an item'; call = { [pscustomobject]@{ Inner = [pscustomobject]@{ N = 1 } } | Invoke-LokyParallel { if ($_.Inner.N -gt 0) { $_.Inner.N++ } } }; told = '$_' }
        @{ name = 'an item that was written before'; call = { [pscustomobject]@{ Name = 'a' } | Invoke-LokyParallel { $_; $_.Name = 'x' } }; told = '$_' }
        @{ name = 'an item that is handed on for its new value'; call = { [pscustomobject]@{ Name = 'a' } | Invoke-LokyParallel { $_.Name = Out-String -InputObject $_ } }; told = '$_' }
        @{ name = 'an item, while an inner pipeline writes its own'; call = { [pscustomobject]@{ Name = 'a' } | Invoke-LokyParallel { $_.Name = 'x'; 1..2 | ForEach-Object { $_ } ; try { throw 'no' } catch { $_ } } -ErrorAction Ignore }; told = '$_' }
        @{ name = 'an item, in a block that is run at once'; call = { [pscustomobject]@{ Name = 'a' } | Invoke-LokyParallel { & { $_.Name = 'x' } } }; told = '$_' }
        @{ name = 'as a job'; call = { $res = @(); 1..3 | Invoke-LokyParallel { $res += $_ } -AsJob | Receive-Job -Wait -AutoRemoveJob }; told = '$res' }
    ) {
        $warnings = Get-CallWarning $call
        @($warnings) | Should -HaveCount 1
        $warnings.Message | Should -BeLike "*$told (line *)*write its results*"
    }

    It 'is told with all names at once' {
        $res = @()
        $bag = [Collections.Concurrent.ConcurrentBag[int]]::new()
        1..3 | Invoke-LokyParallel { $res += $_; $bag.Add($_); $bag.Add($res.Count) } -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings) | Should -HaveCount 1
        $warnings.Message | Should -Match '\$res \(line \d+\), \$bag \(line \d+\)\. '
    }

    It 'is told with that of the items in one warning' {
        $res = @()
        [pscustomobject]@{ Name = 'a' }, [pscustomobject]@{ Name = 'b' } | Invoke-LokyParallel { $res += 1; $_.Name = 'x' } -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings) | Should -HaveCount 1
        $warnings.Message | Should -Match '\$res \(line \d+\), \$_ \(line \d+\)\. '
    }

    It 'is told by Start-LokyJob as well' {
        $res = @()
        $job = Start-LokyJob { $res += 1 } -WarningVariable warnings -WarningAction SilentlyContinue
        $null = $job | Receive-Job -Wait -AutoRemoveJob
        $warnings.Message | Should -BeLike '*$res*'
    }

    It 'is not told with -WarningAction Ignore, and ends the call before anything runs with Stop' {
        $res = @()
        $marker = Join-Path $TestDrive 'warned'
        $told = 1 | Invoke-LokyParallel { $res += $_ } -WarningAction Ignore 3>&1
        $told | Should -BeNullOrEmpty
        { 1 | Invoke-LokyParallel { $res += $_; Set-Content $marker 1 } -WarningAction Stop } | Should -Throw -ErrorId 'ActionPreferenceStop,*'
        $marker | Should -Not -Exist
    }

    It 'is not told where <name>' -ForEach @(
        @{ name = 'the block sets the variable first'; call = { $res = @(); $n = 0; 1 | Invoke-LokyParallel { $res = @(); $res += $_; $n = 1; $n++; foreach ($count in 1) { $count++ } } } }
        @{ name = 'it sets it in one branch or the other'; call = { $n = 0; 1 | Invoke-LokyParallel { if ($_) { $n = 1 } else { $n = 2 }; $n++ } } }
        @{ name = 'it is a parameter'; call = { $n = 0; 1 | Invoke-LokyParallel { param($n) $n++ } -ArgumentList 1 } }
        @{ name = 'the session has no such variable'; call = { 1 | Invoke-LokyParallel { $lokyNeverSet += 1; $script:lokyNeverSetEither++ } } }
        @{ name = 'a function has its own'; call = { $n = 0; function Get-Next { $n += 1; $n }; 1 | Invoke-LokyParallel { Get-Next } } }
        @{ name = 'a block that is called has its own'; call = { $n = 0; 1 | Invoke-LokyParallel { & { $n++ } } } }
        @{ name = 'a shared collection is only read'; call = { $map = [Collections.Concurrent.ConcurrentDictionary[int, int]]::new(); $map[1] = 5; $table = [hashtable]::Synchronized(@{ a = 1 }); 1 | Invoke-LokyParallel { if ($map.ContainsKey($_)) { "$($map[$_]) $($table.a) $($map.Count)" }; foreach ($key in $table.Keys) { $key }; $map | Measure-Object; ($using:map)[1] } } }
        @{ name = 'a [ref] is of the block'; call = { $n = 0; 1 | Invoke-LokyParallel { $null = [int]::TryParse('3', [ref] $n); $n } } }
        @{ name = 'a table of parameters is made ready'; call = { $splat = @{ Maximum = 9 }; 1 | Invoke-LokyParallel { $splat.Minimum = 1; Get-Random @splat } } }
        @{ name = 'a list is of the block'; call = { $list = [Collections.ArrayList] @(); 1 | Invoke-LokyParallel { $list = [Collections.ArrayList] @(); $null = $list.Add(1) } } }
        @{ name = 'a collection never changes'; call = { $list = [Collections.Immutable.ImmutableList[int]]::Empty; 1 | Invoke-LokyParallel { $more = $list.Add(1); $more = ($using:list).Add(2) } } }
        @{ name = 'the new value is worked with'; call = { $n = 1; $text = 'a'; 1 | Invoke-LokyParallel { $n = $n + 1; $text = $text + 'b'; "$text$n" } } }
        @{ name = 'the new value is worked with in the next round'; call = { $n = 1; 1 | Invoke-LokyParallel { foreach ($round in 1..3) { "$n"; $n = $n + 1 } } } }
        @{ name = 'the variable is set to something of another one'; call = { $n = 1; $m = 2; 1 | Invoke-LokyParallel { $n = $m + $n } } }
        @{ name = 'an argument is only read, or replaced'; call = { 1 | Invoke-LokyParallel { param($bag, $list) "$($bag.Count) $($args[0].Count)"; $list = [Collections.ArrayList] @(); $null = $list.Add(1) } -ArgumentList ([Collections.Concurrent.ConcurrentBag[int]]::new()), ([Collections.ArrayList]::new()), ([hashtable]::Synchronized(@{})) } }
        @{ name = 'the changed item is written'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { $_.X = 1; $_ } } }
        @{ name = 'the changed item is returned, or piped on'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { $PSItem.X = 1; if ($_.X) { return $PSItem }; $_ | Out-String } } }
        @{ name = 'the changed item is part of the output'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { $_.X = 1; @{ Item = $_ } } } }
        @{ name = 'the item is known by another name'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { $item = $_; $_.X = 1; $item } } }
        @{ name = 'the changed item is written in the next round'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { foreach ($n in 1..2) { if ($n -gt 1) { $_ }; $_.X = $n } } } }
        @{ name = 'a list is written after it was added to'; call = { , [Collections.Generic.List[int]]::new() | Invoke-LokyParallel { $_.Add(1); , $_ } } }
        @{ name = 'the items are of an inner pipeline'; call = { 1 | Invoke-LokyParallel { [pscustomobject]@{ X = 0 } | ForEach-Object { $_.X = 1 }; @([pscustomobject]@{ X = 0 }).ForEach({ $_.X = 1 }) } } }
        @{ name = 'the item of an inner switch, or an error, is changed'; call = { [pscustomobject]@{ X = 0 } | Invoke-LokyParallel { switch ([pscustomobject]@{ X = 0 }) { default { $_.X = 1 } }; try { throw 'no' } catch { $_.ErrorDetails = [Management.Automation.ErrorDetails]::new('no') } } } }
        @{ name = 'the property is one of a file'; call = { $file = Join-Path $TestDrive touched; Set-Content $file 1; Get-Item $file | Invoke-LokyParallel { $_.LastWriteTime = '2020-01-01' } } }
        @{ name = 'nothing is taken along'; call = { $res = @(); 1 | Invoke-LokyParallel { $res += $_ } -NoCapture } }
    ) {
        Get-CallWarning $call | Should -BeNullOrEmpty
    }
}
