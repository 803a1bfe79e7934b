# Collections whose order means something.

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1

    $downwards = [Collections.Generic.Comparer[string]]::Create([Comparison[string]] { param($x, $y) [string]::CompareOrdinal($y, $x) })

    # Only the order of the keys tells whether the other side has kept it; these are in none.
    $keys = 'm', 'Z', 'b', 'Y', 'a', 'x', 'C', 'w', 'k', 'E', 'v', 'g'
    function Add-Key($Table) {
        foreach ($key in $keys) { $Table.Add($key, $key.Length) }
        , $Table
    }
}

Describe 'Tables in an order' {
    It 'keeps the order and the case of keys of ConvertFrom-Json -AsHashtable' {
        $table = '{"m":1,"Z":2,"b":3,"B":{"y":1,"x":2,"w":[1,{"q":1,"p":2}],"v":null},"a":4,"k":5}' | ConvertFrom-Json -AsHashtable
        $copy = Copy-Value $table
        $copy.GetType() | Should -Be $table.GetType()
        $copy.Keys -join ',' | Should -BeExactly 'm,Z,b,B,a,k'
        $copy['b'], $copy['a'] | Should -Be 3, 4
        $copy.B.Keys -join ',' | Should -BeExactly 'y,x,w,v'
        $copy.B.w[1].Keys -join ',' | Should -BeExactly 'q,p'
        $copy | ConvertTo-Json -Depth 5 -Compress | Should -BeExactly ($table | ConvertTo-Json -Depth 5 -Compress)
    }

    It 'can be written twice with one object' {
        $table = '{"b":1,"a":2}' | ConvertFrom-Json -AsHashtable
        $table['self'] = $table
        $copy = Copy-Value @($table, $table)
        [object]::ReferenceEquals($copy[0], $copy[1]) | Should -BeTrue
        [object]::ReferenceEquals($copy[0]['self'], $copy[0]) | Should -BeTrue
    }

    It 'keeps <name>' -ForEach @(
        @{ name = 'a sorted list'; make = { [Collections.SortedList]::new() } }
        @{ name = 'a sorted list without regard to case'; make = { [Collections.SortedList]::new([Collections.CaseInsensitiveComparer]::new([cultureinfo] 'de')) } }
        @{ name = 'a sorted list by number'; make = { [Collections.SortedList]::new([StringComparer]::Ordinal) } }
        @{ name = 'a sorted dictionary'; make = { [Collections.Generic.SortedDictionary[string, int]]::new() } }
        @{ name = 'a sorted dictionary by number'; make = { [Collections.Generic.SortedDictionary[string, int]]::new([StringComparer]::Ordinal) } }
        @{ name = 'a sorted dictionary without regard to case'; make = { [Collections.Generic.SortedDictionary[string, int]]::new([StringComparer]::OrdinalIgnoreCase) } }
        @{ name = 'a sorted dictionary of a culture'; make = { [Collections.Generic.SortedDictionary[string, int]]::new([StringComparer]::Create([cultureinfo] 'sv', $true)) } }
        @{ name = 'a sorted list with types'; make = { [Collections.Generic.SortedList[string, int]]::new() } }
        @{ name = 'a sorted list with types, by number'; make = { [Collections.Generic.SortedList[string, int]]::new([StringComparer]::Ordinal) } }
        @{ name = 'a sorted list of objects'; make = { [Collections.Generic.SortedList[string, object]]::new() } }
    ) {
        $table = Add-Key (& $make)
        $copy = Copy-Value $table
        $copy.GetType() | Should -Be $table.GetType()
        @($copy.Keys) -join ',' | Should -BeExactly (@($table.Keys) -join ',')
        @($copy.Values) -join ',' | Should -Be (@($table.Values) -join ',')
        $copy.ContainsKey('M') | Should -Be ($table.ContainsKey('M'))
        $copy.Add('n', 9)
        $table.Add('n', 9)
        @($copy.Keys) -join ',' | Should -BeExactly (@($table.Keys) -join ',') -Because 'a new key finds the place that it has in the original'
    }

    It 'keeps a sorted set and its order' {
        $set = [Collections.Generic.SortedSet[string]]::new([string[]] $keys, [StringComparer]::OrdinalIgnoreCase)
        $copy = Copy-Value $set
        $copy.GetType() | Should -Be $set.GetType()
        $copy -join ',' | Should -BeExactly ($set -join ',')
        $copy.Contains('M') | Should -BeTrue
        , (Copy-Value ([Collections.Generic.SortedSet[int]] (3, 1, 2))) | Should -BeOfType ([Collections.Generic.SortedSet[int]])
    }

    It 'keeps keys and values that are no texts' {
        $table = [Collections.Generic.SortedDictionary[int, datetime]]::new()
        foreach ($key in 30, -2, 7) { $table[$key] = [datetime]::new(2020, 1, 1).AddDays($key) }
        $copy = Copy-Value $table
        $copy.Keys -join ',' | Should -Be '-2,7,30'
        $copy[7] | Should -Be ([datetime]::new(2020, 1, 8))
    }

    It 'keeps the order that <name> has from code of the user, in a table that can be read' -ForEach @(
        @{ name = 'a sorted list'; make = { [Collections.SortedList]::new($downwards) } }
        @{ name = 'a sorted dictionary'; make = { [Collections.Generic.SortedDictionary[string, int]]::new($downwards) } }
        @{ name = 'a sorted list with types'; make = { [Collections.Generic.SortedList[string, int]]::new($downwards) } }
    ) {
        $table = Add-Key (& $make)
        $copy = Copy-Value $table
        $copy.Keys -join ',' | Should -BeExactly 'x,w,v,m,k,g,b,a,Z,Y,E,C'
        $copy['Z'] | Should -Be 1
        $copy.pstypenames[0] | Should -BeLike 'Deserialized.*Sorted*'
        $table | Add-Member Note 'n'
        $copy = Copy-Value $table
        $copy.Note | Should -Be 'n'
        $copy['Z'] | Should -Be 1
    }

    It 'keeps the order that a set has from code of the user, in a list' {
        $set = [Collections.Generic.SortedSet[string]]::new([string[]] $keys, $downwards)
        (Copy-Value $set) -join ',' | Should -BeExactly 'x,w,v,m,k,g,b,a,Z,Y,E,C'
    }

    It 'goes through a worker: <_>' -ForEach 'OrderedHashtable', 'SortedList', 'SortedDictionary' {
        Import-Module $PSScriptRoot/Support.psm1 -Force
        Import-Loky
        $table = switch ($_) {
            OrderedHashtable { '{}' | ConvertFrom-Json -AsHashtable }
            SortedList { [Collections.SortedList]::new() }
            SortedDictionary { [Collections.Generic.SortedDictionary[string, int]]::new() }
        }
        $table = Add-Key $table
        try {
            $there = Invoke-LokyParallel { "$($_.GetType()) $($_.Keys)"; , $_ } -InputObject $table -MaxWorkers 1 -ErrorAction Stop
            $there[0] | Should -BeExactly "$($table.GetType()) $($table.Keys)"
            $there[1].Keys -join ',' | Should -BeExactly ($table.Keys -join ',')
            $there[1].GetType() | Should -Be $table.GetType()
        }
        finally { Reset-Loky }
    }
}

Describe 'Bytes that are no such collection' {
    It 'are refused' {
        $table = [Collections.Generic.SortedDictionary[string, int]]::new()
        $table['a'] = 1
        $bytes = ConvertTo-Bytes $table
        foreach ($at in 0..($bytes.Length - 1)) {
            foreach ($value in 0, 1, 0x90, 0xc0, 0xd4, 0xff) {
                $broken = [byte[]] $bytes.Clone()
                $broken[$at] = $value
                Get-Failure $broken | Should -BeIn '', 'WireFormatException'
            }
        }
    }
}

Describe 'Collections of what comes as its properties' {
    It 'takes <name> as one of anything' -ForEach @(
        @{ name = 'a list of builders'; value = { $list = [Collections.Generic.List[Text.StringBuilder]]::new(); $list.Add([Text.StringBuilder]::new('x')); , $list }; type = [Collections.Generic.List[object]] }
        @{ name = 'a list of tuples'; value = { $list = [Collections.Generic.List[Tuple[int, string]]]::new(); $list.Add([Tuple]::Create(1, 'x')); , $list }; type = [Collections.Generic.List[object]] }
        @{ name = 'a dictionary of bags'; value = { $table = [Collections.Generic.Dictionary[string, Collections.Concurrent.ConcurrentBag[int]]]::new(); $table['a'] = [Collections.Concurrent.ConcurrentBag[int]]::new([int[]] 1); $table }; type = [Collections.Generic.Dictionary[string, object]] }
        @{ name = 'an array of complex numbers'; value = { , [Numerics.Complex[]] @([Numerics.Complex]::new(1, 2)) }; type = [object[]] }
        @{ name = 'an array of structs'; value = { , [ValueTuple[int, int][]] @([ValueTuple]::Create(1, 2)) }; type = [object[]] }
        @{ name = 'a table of builders'; value = { $table = [Text.StringBuilder[, ]]::new(1, 1); $table[0, 0] = [Text.StringBuilder]::new('x'); , $table }; type = [object[, ]] }
    ) {
        $copy = Copy-Value (& $value)
        , $copy | Should -BeOfType $type
        $copy.Count | Should -Be 1
    }

    It 'keeps pairs of pairs and arrays of pairs' {
        $pair = [Collections.Generic.KeyValuePair[string, Collections.Generic.KeyValuePair[int, string]]]::new('a', [Collections.Generic.KeyValuePair[int, string]]::new(1, 'b'))
        $array = [Collections.Generic.KeyValuePair[string, Collections.Generic.KeyValuePair[int, string]][]] @($pair, $pair)
        $copy = Copy-Value $array
        , $copy | Should -BeOfType $array.GetType()
        $copy[1].Value.Value | Should -Be 'b'
    }
}

Describe 'An exception with what it is about' {
    It 'has its text once, with a value that does not come as itself' {
        $cause = [ArgumentOutOfRangeException]::new('p', [Collections.Generic.LinkedList[int]]::new([int[]] (1, 2)), 'm')
        (Copy-Value $cause).Message | Should -BeExactly $cause.Message
    }
}
