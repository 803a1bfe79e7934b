# The scripts of docs/converting.md, taken from there: each form runs in a folder of its own and must give what the first gives.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $document = Read-Document 'docs/converting.md'
    $titles = @($document.Codes.Section | Select-Object -Unique)

    function Get-Form([int] $Number, [string] $Kind) {
        $found = @($document.Codes | Where-Object { $_.Section -like "$Number. *" -and $_.Kind -eq $Kind })
        if ($found.Count -ne 1) { throw "Script $Number has $($found.Count) forms of kind '$Kind'." }
        $found[0]
    }

    # Runs one form of a script in a new folder, which the scriptblock fills before.
    function Invoke-Form([int] $Number, [string] $Kind, [scriptblock] $World = { }) {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive "$Number-$Kind")
        Push-Location $folder
        try { $null = & $World } finally { Pop-Location }
        $run = Invoke-DocumentCode (Get-Form $Number $Kind) $folder.FullName
        $run | Add-Member Text @(ConvertTo-ComparableText @($run.Output) $folder.FullName)
        $run | Add-Member Folder $folder.FullName -PassThru
    }

    # Runs the three forms of a script, and checks that they end alike: sorted, unless the script itself sees to the order.
    function Assert-Conversion([int] $Number, [scriptblock] $World, [switch] $InOrder) {
        $expected = Invoke-Form $Number sequential $World
        $expected.Errors | Should -BeNullOrEmpty
        $expected.Text | Should -Not -BeNullOrEmpty -Because 'a script without a result proves nothing'
        $wanted = if ($InOrder) { $expected.Text } else { $expected.Text | Sort-Object }
        foreach ($kind in 'parallel', 'loky') {
            $run = Invoke-Form $Number $kind $World
            $run.Errors | Should -BeNullOrEmpty -Because "the form '$kind' is right"
            $run.Warnings | Should -BeNullOrEmpty -Because "the form '$kind' is right"
            $got = if ($InOrder) { $run.Text } else { $run.Text | Sort-Object }
            $got | Should -BeExactly $wanted -Because "the form '$kind' gives what the sequential one gives"
        }
    }

    function New-Tree {
        foreach ($folder in 'a', 'b', 'b/c') { $null = New-Item -ItemType Directory $folder }
        Set-Content a/one.txt 'one' -NoNewline
        Set-Content a/two.bin ('x' * 2000) -NoNewline
        Set-Content b/three.txt 'three' -NoNewline
        Set-Content b/c/four.bin ('y' * 5000) -NoNewline
        Set-Content b/c/five.txt '' -NoNewline
    }

    function New-Log {
        Set-Content app.log '2026-01-02T10:00:00 INFO started', '2026-01-02T10:00:05 ERROR disk full', '2026-01-02T10:00:09 ERROR again'
        Set-Content db.log '2026-01-02T09:00:00 FATAL no memory', '2026-01-02T11:00:00 INFO over'
        Set-Content quiet.log '2026-01-02T12:00:00 INFO nothing'
    }

    # Answers on a free port of this machine until it is disposed of.
    function Start-WebServer {
        $listener = Start-Listener
        $shell = [powershell]::Create().AddScript({
                param($listener)
                while ($listener.IsListening) {
                    try { $context = $listener.GetContext() } catch { break }
                    $name = $context.Request.Url.AbsolutePath.Trim('/')
                    $context.Response.StatusCode = $name -eq 'missing' ? 404 : 200
                    $bytes = [Text.Encoding]::UTF8.GetBytes("this is $name")
                    $context.Response.ContentLength64 = $bytes.Length
                    $context.Response.OutputStream.Write($bytes)
                    $context.Response.Close()
                }
            }).AddArgument($listener)
        [pscustomobject]@{ Port = ([uri] @($listener.Prefixes)[0]).Port; Listener = $listener; Shell = $shell; Running = $shell.BeginInvoke() }
    }

    function Stop-WebServer($Server) {
        $Server.Listener.Close()
        $Server.Shell.Stop()
        $Server.Shell.Dispose()
    }
}

AfterAll {
    Reset-Loky
}

Describe 'The page on converting scripts' {
    It 'has three forms of every script, and a row for it in its table' {
        $scripts = @($titles -match '^\d+\. ')
        $scripts.Count | Should -BeGreaterOrEqual 12
        $text = [IO.File]::ReadAllText($document.Path)
        foreach ($title in $scripts) {
            $kinds = ($document.Codes | Where-Object Section -EQ $title).Kind | Where-Object { $_ -ne 'unchanged' }
            $kinds -join ' ' | Should -Be 'sequential parallel loky' -Because $title
            $text.Contains("| [$title](#$(ConvertTo-Anchor $title)) |") | Should -BeTrue -Because "$title stands in the table"
        }
    }

    It 'has no script that is not run' {
        $run = [regex]::Matches([IO.File]::ReadAllText($PSCommandPath), 'Assert-Conversion (\d+)').ForEach({ $_.Groups[1].Value })
        foreach ($title in $titles) { $title -replace '\..*' | Should -BeIn $run }
    }

    It 'says nothing changes where only the name of the command is exchanged' {
        foreach ($row in [regex]::Matches([IO.File]::ReadAllText($document.Path), '(?m)^\| \[(\d+)\. .*\| nothing \|$')) {
            $number = $row.Groups[1].Value
            # A script for -Parallel is the one to start from where the sequential one has to give up $using:.
            $from = $number -eq 9 ? (Get-Form 9 parallel) : (Get-Form $number sequential)
            $code = $from.Code -replace 'ForEach-Object -Parallel', 'Invoke-LokyParallel'
            $here = (Get-Form $number loky).Code -replace ' -ThrottleLimit 4'
            $exchanged = $code.Contains('Invoke-LokyParallel') ? $code : ([regex] 'ForEach-Object').Replace($code, 'Invoke-LokyParallel', 1)
            $exchanged | Should -BeExactly $here -Because $row.Value
        }
    }
}

Describe 'A script of the page, converted' {
    It 'hashes the files of a tree' {
        Assert-Conversion 1 { New-Tree } -InOrder
    }

    It 'packs files with a native tool' {
        if (-not (Get-Command gzip -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'gzip is not on PATH' }
        Assert-Conversion 2 { New-Log }
        $hashes = foreach ($kind in 'sequential', 'loky') {
            $folder = Join-Path $TestDrive "2-$kind"
            (Get-ChildItem $folder -Filter *.gz | Get-FileHash).Hash -join ' '
        }
        $hashes[1] | Should -Be $hashes[0]
    }

    It 'leaves the last exit code of the session alone, as -Parallel does' {
        $call = { & ([Environment]::ProcessPath) --version | Out-Null; "in $LASTEXITCODE" }
        $global:LASTEXITCODE = 77
        1 | ForEach-Object -Parallel $call | Should -Be 'in 0'
        $LASTEXITCODE | Should -Be 77
        1 | Invoke-LokyParallel $call | Should -Be 'in 0'
        $LASTEXITCODE | Should -Be 77
    }

    It 'queries many addresses' {
        $server = Start-WebServer
        try {
            $names = 'start', 'missing', 'prices', 'about', 'contact', 'long-name-of-a-page'
            $urls = foreach ($name in $names) { "http://127.0.0.1:$($server.Port)/$name" }
            Assert-Conversion 3 { Set-Content urls.txt $urls }
        }
        finally {
            Stop-WebServer $server
        }
    }

    It 'counts the errors in logs' {
        Assert-Conversion 4 { New-Log } -InOrder
    }

    It 'checks ports' {
        $open = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $closed = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        try {
            $open.Start()
            # Bound and not listening, the port belongs to nobody else and refuses.
            $closed.Bind([Net.IPEndPoint]::new([ipaddress]::Loopback, 0))
            $ports = "web,$($open.LocalEndpoint.Port)", "mail,$($closed.LocalEndPoint.Port)"
            Assert-Conversion 5 { Set-Content services.csv (@('Service,Port') + $ports) }
        }
        finally {
            $open.Stop()
            $closed.Dispose()
        }
    }

    It 'zips folders' {
        Assert-Conversion 6 { New-Tree } -InOrder
        $zip = [IO.Compression.ZipFile]::OpenRead((Join-Path $TestDrive '6-loky/backup/b.zip'))
        try { $zip.Entries.Name | Should -Contain 'three.txt' } finally { $zip.Dispose() }
    }

    It 'enriches the rows of a CSV file' {
        Assert-Conversion 7 {
            Set-Content orders.csv (@('Order,Country,Net') + (1..40 | ForEach-Object { "$_,$(('DE', 'FR', 'IT')[$_ % 3]),$($_ * 10.35)" }))
        } -InOrder
    }

    It 'collects results in a list' {
        Assert-Conversion 8 { New-Tree } -InOrder
        $run = Invoke-Form 8 unchanged { New-Tree }
        $run.Output | Should -Be 0 -Because 'that is what the page warns of'
        @($run.Warnings) | Should -HaveCount 1
        $run.Warnings[0].Message | Should -BeLike '*$found (line *'
    }

    It 'has $using:' {
        Assert-Conversion 9 {
            foreach ($file in @('audit.txt', -90), @('old.txt', -40), @('older.txt', -400), @('new.txt', -3)) {
                Set-Content $file[0] 'x'
                (Get-Item $file[0]).LastWriteTime = ([datetime] '2026-03-01').AddDays($file[1])
            }
        } -InOrder
    }

    It 'has a counter' {
        Assert-Conversion 10 { New-Tree } -InOrder
        $run = Invoke-Form 10 unchanged { New-Tree }
        $run.Output | Should -Be 0 -Because 'that is what the page warns of'
        @($run.Warnings) | Should -HaveCount 1
        $run.Warnings[0].Message | Should -BeLike '*$script:files (line *'
    }

    It 'keeps two items from the same thing by a mutex with a name' {
        $file = Join-Path $TestDrive 'shared.txt'
        $name = "loky-$([guid]::NewGuid())"
        1..40 | Invoke-LokyParallel -BatchSize 1 {
            $mutex = [Threading.Mutex]::new($false, $name)
            $null = $mutex.WaitOne()
            try {
                $before = [IO.File]::Exists($file) ? [int] [IO.File]::ReadAllText($file) : 0
                [IO.File]::WriteAllText($file, $before + 1)
            }
            finally {
                $mutex.ReleaseMutex()
                $mutex.Dispose()
            }
        }
        [IO.File]::ReadAllText($file) | Should -Be 40
    }

    It 'has a class' {
        Assert-Conversion 11 { New-Log } -InOrder
    }

    It 'has -Begin and -End' {
        Assert-Conversion 12 {
            Set-Content berlin.csv 'Amount', 3, 4
            Set-Content paris.csv 'Amount', 10
            Set-Content rome.csv 'Amount', 1, 2, 3
        } -InOrder
    }

    It 'writes progress and verbose text' {
        Assert-Conversion 13 { New-Log }
        foreach ($kind in 'sequential', 'parallel', 'loky') {
            $run = Invoke-DocumentCode (Get-Form 13 $kind) (Join-Path $TestDrive "13-$kind")
            @($run.Verbose.Message) -like 'reading *' | Sort-Object | Should -Be 'reading app.log', 'reading db.log', 'reading quiet.log' -Because $kind
        }
    }

    It 'has nested loops' {
        Assert-Conversion 14 {
            foreach ($site in 'berlin', 'rome') {
                $null = New-Item -ItemType Directory $site
                Set-Content $site/2024.csv 'Id', 1, 2
                Set-Content $site/2025.csv 'Id', 1
            }
        } -InOrder
    }
}
