BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
}

Describe 'A call that is traced' {
    It 'gives its block the context of the call, and takes it back afterwards' {
        $run = Invoke-Session -Seconds 240 @'
            Add-Type @"
                using System.Diagnostics;
                public static class Tracing {
                    public static ActivityListener Listen() {
                        var listener = new ActivityListener {
                            ShouldListenTo = source => source.Name == "Loky",
                            Sample = (ref ActivityCreationOptions<ActivityContext> options) => ActivitySamplingResult.AllDataAndRecorded
                        };
                        ActivitySource.AddActivityListener(listener);
                        return listener;
                    }
                }
"@
            $listener = [Tracing]::Listen()
            1..2 | Invoke-LokyParallel { $env:TRACEPARENT } -MaxWorkers 1
            3 | Invoke-LokyParallel { $env:TRACEPARENT }
            "current: $([Diagnostics.Activity]::Current)"
            $env:TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
            4 | Invoke-LokyParallel { $env:TRACEPARENT }
            $env:TRACEPARENT = $null
            $listener.Dispose()
            5 | Invoke-LokyParallel { "after: $env:TRACEPARENT" }
'@
        $run.Errors | Should -BeNullOrEmpty
        $context = '^00-[0-9a-f]{32}-[0-9a-f]{16}-01$'
        $run.Lines[0..2] | ForEach-Object { $_ | Should -Match $context }
        $run.Lines[1] | Should -Be $run.Lines[0]
        $run.Lines[2] | Should -Not -Be $run.Lines[0]
        $run.Lines[3] | Should -Be 'current: '
        $run.Lines[4] | Should -Match '^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$'
        $run.Lines[5] | Should -Be 'after: '
    }
}
