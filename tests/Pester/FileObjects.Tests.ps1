# Files and folders with what the file system provider adds to them.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Loky
    $null = Get-LokyExecutor -MaxWorkers 1
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'files')).FullName
    'text' | Set-Content (Join-Path $folder 'a.txt')
    $null = New-Item -ItemType Directory (Join-Path $folder 'sub')
    if (-not $IsWindows) { chmod 640 (Join-Path $folder 'a.txt') }
}

AfterAll {
    Reset-Loky
}

Describe 'Files and folders' {
    It 'are shown in the default view as the session shows its own' {
        $expected = Get-ChildItem $folder | Out-String -Width 120
        $expected | Should -Match 'a\.txt'
        1 | Invoke-LokyParallel { Get-ChildItem $folder } -ErrorAction Stop | Out-String -Width 120 | Should -BeExactly $expected
        Invoke-LokyParallel { $_ | Out-String -Width 120 } -InputObject (Get-ChildItem $folder) -ErrorAction Stop | Should -BeExactly $expected
    }

    It 'keep mode, user and group of Unix, as results and as items' {
        if ($IsWindows) { Set-ItResult -Skipped -Because 'it looks at the modes and owners of files on Unix' }
        $own = Get-Item (Join-Path $folder 'a.txt')
        $own.UnixMode | Should -BeExactly '-rw-r-----'
        $result = 1 | Invoke-LokyParallel { Get-Item (Join-Path $folder 'a.txt') } -ErrorAction Stop
        $result.GetType() | Should -Be ([IO.FileInfo])
        $result.UnixStat.GetType() | Should -Be $own.UnixStat.GetType()
        foreach ($name in 'UnixMode', 'User', 'Group', 'Size') { $result.$name | Should -BeExactly $own.$name }
        foreach ($field in $own.UnixStat.GetType().GetFields().Name) { $result.UnixStat.$field | Should -Be $own.UnixStat.$field }
        Get-ChildItem $folder | Invoke-LokyParallel { if ($_.UnixMode -eq '-rw-r-----' -and $_.User -eq $own.User) { $_.Name } } -ErrorAction Stop |
            Should -BeExactly 'a.txt'
    }

    It 'keep every property that the provider adds' {
        $own = Get-Item (Join-Path $folder 'sub')
        $names = $own.PSObject.Properties | Where-Object MemberType -EQ NoteProperty | ForEach-Object Name
        $names.Count | Should -BeGreaterThan 4
        $result = 1 | Invoke-LokyParallel { Get-Item (Join-Path $folder 'sub') } -ErrorAction Stop
        foreach ($name in $names) { "$($result.$name)" | Should -BeExactly "$($own.$name)" -Because "$name should come" }
        @($result.PSObject.Properties | Where-Object MemberType -EQ NoteProperty | ForEach-Object Name) | Should -Be $names
    }
}
