BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $browser = Get-Command chromium, chromium-browser, google-chrome, google-chrome-stable, chrome -CommandType Application -ErrorAction Ignore |
        Select-Object -First 1 -ExpandProperty Source

    # A log as a run of several hosts would leave it; the items of each worker follow one another.
    function New-Log([string] $Path, [int] $Items, [int] $Hosts = 2, [int] $Workers = 3, [switch] $Trouble) {
        $writer = [IO.StreamWriter]::new($Path)
        $writer.NewLine = "`n"
        $writer.WriteLine('{"loky":"run","version":1,"run":"11111111-2222-3333-4444-555555555555","started":"2030-01-01T10:00:00Z","host":"home","process":1,"command":"Invoke-LokyParallel","block":"abcdef0123456789","file":"C:\\<b>x</b>.ps1","line":3,"versions":{"loky":"1.0.0"},"parameters":{"MaxWorkers":6}}')
        $ends = @{}
        for ($i = 1; $i -le $Items; $i++) {
            $lane = $i % ($Hosts * $Workers)
            $from = [double] $ends[$lane] + 0.5
            $took = 1 + $i % 7
            $outcome = 'succeeded'; $more = ''
            if ($Trouble -and $i -eq 50) { $outcome = 'lost'; $more = ',"exit":"SIGKILL","error":"TerminatedWorkerException","cause":"Somebody killed it.","retried":true' }
            if ($Trouble -and $i -eq 60) { $outcome = 'failed'; $more = ',"error":"<script>alert(1)</script>"' }
            if ($Trouble -and $i -eq 70) { $took = 900 }
            $ends[$lane] = $from + $took
            $writer.WriteLine("{`"number`":$i,`"attempt`":1,`"outcome`":`"$outcome`",`"host`":`"host$($lane % $Hosts)`",`"process`":$(100 + $lane),`"worker`":$($lane + 1),`"queued`":0,`"started`":$(([double]$from).ToString('0.000', [cultureinfo]::InvariantCulture)),`"ended`":$(([double]$ends[$lane]).ToString('0.000', [cultureinfo]::InvariantCulture)),`"bytesIn`":10,`"bytesOut`":20,`"hash`":`"00000000000000000000000000000001`"$more}")
        }
        $writer.WriteLine('{"loky":"end","ended":' + ([double]($ends.Values | Measure-Object -Maximum).Maximum + 1).ToString('0.000', [cultureinfo]::InvariantCulture) + ",`"items`":$Items,`"skipped`":0}")
        $writer.Dispose()
    }

    # Opens the page in a browser without a window, has a script look at it, and gives back what that says.
    function Invoke-InBrowser([string] $Page, [string] $Script, [int] $Width = 1280, [int] $Height = 900, [switch] $Dark) {
        $copy = Join-Path $TestDrive "page-$([guid]::NewGuid()).html"
        $profile = Join-Path $TestDrive "profile-$([guid]::NewGuid())"
        $html = [IO.File]::ReadAllText($Page).Replace('</body>', "<script>const told = [];$Script;document.title = 'TOLD' + JSON.stringify(told) + 'TOLD';</script></body>")
        [IO.File]::WriteAllText($copy, $html)
        $arguments = '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', "--user-data-dir=$profile", "--window-size=$Width,$Height"
        if ($Dark) { $arguments += '--blink-settings=preferredColorScheme=0' }
        $dom = & $browser @arguments --dump-dom "file://$copy" 2>$null | Out-String
        if ($dom -notmatch 'TOLD(.*)TOLD') { throw "The browser has not run the page: $($dom.Substring(0, [Math]::Min(500, $dom.Length)))" }
        [Net.WebUtility]::HtmlDecode($Matches[1]) | ConvertFrom-Json
    }
}

AfterAll {
    Reset-Loky
}

Describe 'The report of a log' {
    BeforeAll {
        $log = Join-Path $TestDrive 'run.jsonl'
        New-Log $log 300 -Trouble
        $report = Export-LokyReport $log -PassThru
        $html = [IO.File]::ReadAllText($report)
    }

    It 'is one page beside the log that asks the network for nothing' {
        $report.FullName | Should -Be (Join-Path $TestDrive 'run.html')
        $report.PSChildName | Should -Be 'run.html' -Because 'the file comes as Get-Item gives it'
        $html | Should -Not -Match '(src|href)\s*=\s*"(?!#)'
        $html | Should -Not -Match 'url\('
        $html | Should -Match "default-src 'none'"
    }

    It 'names what died and why, what failed, and what was slow' {
        $html | Should -Match 'Workers that died with SIGKILL: 1</b>, at item 50\. Somebody killed it\.'
        $html | Should -Match 'Failed with an error of their own: 1\.'
        $html | Should -Match 'Item 70 took 900\.0 ms'
        $html | Should -Match 'host0'
        $html | Should -Match 'host1'
    }

    It 'shows the texts of others as texts' {
        $html | Should -Not -Match '<script>alert'
        $html | Should -Not -Match '<b>x</b>'
        $html | Should -Match '&lt;script&gt;alert\(1\)&lt;/script&gt;'
    }

    It 'has no place left that should be filled' {
        $html | Should -Not -Match '\{(title|subtitle|cards|findings|timeline|throughput|durations|deaths|errors|slowest|hosts|workers|calls)\}'
    }

    It 'tells of a run that was killed' {
        $killed = Join-Path $TestDrive 'killed.jsonl'
        [IO.File]::WriteAllText($killed, [IO.File]::ReadAllText($log).Substring(0, 20000))
        Export-LokyReport $killed
        [IO.File]::ReadAllText((Join-Path $TestDrive 'killed.html')) | Should -Match 'The log has no end\.'
    }

    It 'is refused for what is no log, with the file that is there left alone' {
        $text = Join-Path $TestDrive 'text.txt'
        $kept = Join-Path $TestDrive 'kept.html'
        'no log' | Set-Content $text
        'mine' | Set-Content $kept
        { Export-LokyReport $text $kept -ErrorAction Stop } | Should -Throw -ErrorId 'LokyLogUnreadable,*'
        { Export-LokyTrace (Join-Path $TestDrive 'nowhere') $kept -ErrorAction Stop } | Should -Throw -ErrorId 'LokyLogFailed,*'
        Get-Content $kept | Should -Be 'mine'
        Test-Path "$kept.partial" | Should -BeFalse
    }

    It 'sums a long log instead of drawing each item' {
        $long = Join-Path $TestDrive 'long.jsonl'
        New-Log $long 20000
        $small = (Export-LokyReport $long -PassThru).Length
        $small | Should -BeLessThan 400KB
        $trace = [IO.File]::ReadAllText((Export-LokyTrace $long -PassThru).FullName) | ConvertFrom-Json
        $trace.traceEvents.Count | Should -BeLessThan 25000
    }

    It 'is read by keyboard, within any width, in light and dark: <Width> pixels, dark <Dark>' -ForEach @(
        @{ Width = 1280; Dark = $false }
        @{ Width = 1280; Dark = $true }
        @{ Width = 500; Dark = $false }
        @{ Width = 500; Dark = $true }
    ) {
        if (-not $browser) { Set-ItResult -Skipped -Because 'no Chromium is installed' }
        $told = Invoke-InBrowser $report.FullName -Width $Width -Dark:$Dark @'
            const root = document.documentElement;
            told.push(root.scrollWidth <= window.innerWidth);
            told.push(+root.dataset.ready);
            const list = document.querySelector('.lanes'), detail = document.querySelector('.detail');
            const press = key => list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
            list.focus();
            press('ArrowDown'); press('ArrowRight'); press('ArrowRight');
            told.push(detail.textContent);
            told.push(document.querySelectorAll('[aria-selected=true]').length);
            told.push(list.getAttribute('aria-activedescendant') === document.querySelector('[aria-selected=true]').id);
            const rgb = text => text.match(/[\d.]+/g).map(Number);
            const light = text => rgb(text).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const paper = node => { for (; node; node = node.parentElement) { const at = getComputedStyle(node).backgroundColor; if (rgb(at)[3] !== 0) { return at; } } return 'rgb(255,255,255)'; };
            const contrast = node => { const [a, b] = [light(getComputedStyle(node).color), light(paper(node))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
            told.push(Math.min(...[...document.querySelectorAll('p, li, td, th, b, span, h1, h2, .name, .detail')].map(contrast)));
            told.push(light(getComputedStyle(document.body).backgroundColor) < 0.5);
            told.push([...document.querySelectorAll('svg:not([aria-hidden])')].every(svg => svg.getAttribute('aria-label')));
'@
        $told[0] | Should -BeTrue -Because 'nothing stands out of the page'
        $told[1] | Should -Be 6
        $told[2] | Should -Match '^Worker \d+, process \d+ on host\d.* — Item \d+: \w+, began after .*, took '
        $told[3] | Should -Be 1
        $told[4] | Should -BeTrue
        $told[5] | Should -BeGreaterOrEqual 4.5 -Because 'text must be readable'
        $told[6] | Should -Be $Dark
        $told[7] | Should -BeTrue
    }
}

Describe 'The trace of a log' {
    BeforeAll {
        $log = Join-Path $TestDrive 'run.jsonl'
        New-Log $log 300 -Trouble
        $file = Export-LokyTrace $log -PassThru
        $events = ([IO.File]::ReadAllText($file.FullName) | ConvertFrom-Json).traceEvents
    }

    It 'has a process for each host, a thread for each worker and a slice for each item' {
        $file.Name | Should -Be 'run.trace.json'
        @($events | Where-Object { $_.name -eq 'process_name' }).Count | Should -Be 2
        @($events | Where-Object { $_.name -eq 'thread_name' }).Count | Should -Be 6
        @($events | Where-Object ph -EQ 'X').Count | Should -Be 300
    }

    It 'has deaths and retries as events of their own' {
        ($events | Where-Object { $_.ph -eq 'i' -and $_.cat -eq 'death' }).name | Should -Be 'died: SIGKILL'
        ($events | Where-Object { $_.ph -eq 'i' -and $_.cat -eq 'retry' }).name | Should -Be 'item 50 is tried again'
    }

    It 'loses no item where it takes many together' {
        $long = Join-Path $TestDrive 'long.jsonl'
        New-Log $long 25000 -Trouble
        $events = ([IO.File]::ReadAllText((Export-LokyTrace $long -PassThru).FullName) | ConvertFrom-Json).traceEvents
        $items = 0
        foreach ($slice in $events | Where-Object ph -EQ 'X') { $items += $slice.cat -eq 'group' ? $slice.args.items : 1 }
        $items | Should -Be 25000
        @($events).Count | Should -BeLessThan 25000
        @($events | Where-Object { $_.ph -eq 'X' -and $_.cat -eq 'lost' }).Count | Should -Be 1
    }
}
