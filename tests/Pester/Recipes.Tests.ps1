# The recipes of docs/recipes.md, taken from there: each is run, and must write what the page shows.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $PSScriptRoot/Documents.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 2
    $document = Read-Document 'docs/recipes.md'

    function Get-Piece([int] $Number, [string] $Kind) {
        $found = @($document.Codes | Where-Object { $_.Section -like "$Number. *" -and ($_.Kind -eq $Kind -or $_.Language -eq $Kind) })
        if ($found.Count -ne 1) { throw "Recipe $Number has $($found.Count) pieces '$Kind'." }
        $found[0]
    }

    # Runs a recipe in a new folder, which the scriptblock fills before, and compares what a terminal would show.
    function Assert-Recipe([int] $Number, [scriptblock] $World = { }) {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive "recipe$Number")
        Push-Location $folder
        try { $null = & $World } finally { Pop-Location }
        $run = Invoke-DocumentCode (Get-Piece $Number recipe) $folder.FullName
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $shown = (Get-Piece $Number output).Code -split "`n"
        ConvertTo-TerminalText @($run.Output) | Should -BeExactly $shown
    }

    function Start-Service {
        $listener = Start-Listener
        $shell = [powershell]::Create().AddScript({
                param($listener)
                $versions = @{ users = '3.0'; orders = '2.1'; stock = '1.4' }
                $busy = $true
                while ($listener.IsListening) {
                    try { $context = $listener.GetContext() } catch { break }
                    $name = $context.Request.Url.AbsolutePath.Trim('/')
                    $context.Response.StatusCode = 200
                    if (-not $versions.ContainsKey($name)) { $context.Response.StatusCode = 404 }
                    elseif ($name -eq 'stock' -and $busy) { $context.Response.StatusCode = 503; $busy = $false }
                    $context.Response.ContentType = 'application/json'
                    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json @{ name = $name; version = "$($versions[$name])" }))
                    $context.Response.ContentLength64 = $bytes.Length
                    $context.Response.OutputStream.Write($bytes)
                    $context.Response.Close()
                }
            }).AddArgument($listener)
        [pscustomobject]@{ Port = ([uri] @($listener.Prefixes)[0]).Port; Listener = $listener; Shell = $shell; Running = $shell.BeginInvoke() }
    }
}

AfterAll {
    Reset-Loky
}

Describe 'A recipe of the page' {
    It 'is one of ten, each with its output and its line in the list' {
        $titles = @($document.Codes.Section | Select-Object -Unique)
        $titles | Should -HaveCount 10
        $text = [IO.File]::ReadAllText($document.Path)
        foreach ($title in $titles) {
            $number, $name = $title -split '\. ', 2
            Get-Piece $number recipe | Should -Not -BeNullOrEmpty
            Get-Piece $number output | Should -Not -BeNullOrEmpty
            $text.Contains("$number. [$name](#$(ConvertTo-Anchor $title))") | Should -BeTrue -Because "$title stands in the list"
        }
    }

    It 'finds duplicate files' {
        Assert-Recipe 1 {
            $null = New-Item -ItemType Directory old
            Set-Content letter.txt 'Dear all'
            Set-Content 'old/copy of letter.txt' 'Dear all'
            Set-Content old/other.txt 'Dear you'
            Set-Content photo.raw ('p' * 3000)
            Set-Content old/photo2.raw ('p' * 3000)
            Set-Content alone.txt 'nothing is as long as this one'
        }
    }

    It 'queries a service' {
        $service = Start-Service
        try {
            Assert-Recipe 2 { Set-Content urls.txt ('users', 'orders', 'stock', 'gone' | ForEach-Object { "http://127.0.0.1:$($service.Port)/$_" }) }
        }
        finally {
            $service.Listener.Close()
            $service.Shell.Stop()
            $service.Shell.Dispose()
        }
    }

    It 'makes one report of many logs' {
        Assert-Recipe 3 {
            foreach ($day in 1..3) {
                Set-Content "access-$day.log" (1..100 | ForEach-Object { "10.0.0.$_ GET /page$_ $($_ % 11 -eq 0 ? 404 : $_ -eq 50 -or ($day -eq 1 -and $_ -eq 51) ? 500 : 200)" })
            }
        }
    }

    It 'reads the sizes of pictures' {
        Assert-Recipe 4 {
            function New-Png($Name, [int] $Width, [int] $Height) {
                $size = [BitConverter]::GetBytes($Height) + [BitConverter]::GetBytes($Width)
                [array]::Reverse($size)
                $bytes = [Convert]::FromHexString('89504E470D0A1A0A0000000D49484452') + $size + [byte[]] (8, 2, 0, 0, 0)
                [IO.File]::WriteAllBytes("$PWD/$Name", $bytes)
            }
            New-Png logo.png 64 64
            New-Png banner.png 800 200
            Set-Content text.png 'this is a text that somebody gave the wrong name'
            Set-Content empty.png '' -NoNewline
        }
    }

    It 'asks many databases' {
        if (-not (Get-Command sqlite3 -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'sqlite3 is not on PATH' }
        Assert-Recipe 5 {
            sqlite3 berlin.db 'CREATE TABLE orders(customer TEXT, amount INT); INSERT INTO orders VALUES (''Kern'', 10), (''Moll'', 12), (''Kern'', 20);'
            sqlite3 paris.db 'CREATE TABLE orders(customer TEXT, amount INT); INSERT INTO orders VALUES (''Kern'', 7);'
        }
    }

    It 'uses a module that is not safe for threads' {
        try {
            Assert-Recipe 6 { Set-Content Site.psm1 (Get-Piece 6 module).Code }
        }
        finally {
            Remove-Module Site -ErrorAction Ignore
        }
    }

    It 'goes on where it stopped' {
        Assert-Recipe 7 {
            Set-Content computers.txt pc1, pc2, pc3, pc4
            $null = New-Item -ItemType Directory share
            foreach ($pc in 'pc1', 'pc2', 'pc4') { Set-Content "share/$pc.cfg" "x=$pc" }
        }
        @(Get-ChildItem (Join-Path $TestDrive recipe7/results)).Name | Sort-Object | Should -Be 'pc1.json', 'pc2.json', 'pc3.json', 'pc4.json'
    }

    It 'tells when a job is done' {
        try {
            Assert-Recipe 8
            $notices = Join-Path $TestDrive recipe8/notices.txt
            Wait-Condition { Test-Path $notices } -Because 'the page says that the action writes a notice'
            Get-Content $notices | Should -Be 'nightly: Failed'
        }
        finally {
            Unregister-Event nightly -ErrorAction Ignore
            Get-Job nightly -ErrorAction Ignore | Remove-Job -Force
        }
    }

    It 'limits the time of an item and tries again' {
        Assert-Recipe 9
    }

    It 'runs through input of any length' {
        Assert-Recipe 10 {
            [IO.File]::WriteAllLines("$PWD/measurements.csv", @('station,celsius') + (0..9999 | ForEach-Object { "S$_,$($_ % 40 + 0.5)" }))
        }
    }
}
