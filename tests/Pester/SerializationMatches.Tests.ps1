# What searches in texts and documents give.

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1
    $file = Join-Path $TestDrive 'found.txt'
    'first', 'a root and a roof', 'third' | Set-Content $file

    function Get-Facts([Text.RegularExpressions.Match] $Match) {
        "$($Match.Index) $($Match.Length) $($Match.Value) $($Match.Success) $($Match.Name)"
        foreach ($group in $Match.Groups) {
            "$($group.Name) $($group.Index) $($group.Value) $($group.Success)"
            foreach ($capture in $group.Captures) { "  $($capture.Index) $($capture.Length) $($capture.Value)" }
        }
    }
}

Describe 'Matches of regular expressions' {
    It 'come back with groups and captures: <pattern>' -ForEach @(
        @{ pattern = 'b'; text = 'abc' }
        @{ pattern = '(?<word>\w+)\s(?<word>\w+) (\d)'; text = 'so two words 7' }
        @{ pattern = '(?:(a)|(b))+(?<late>c)?'; text = 'xxababz' }
        @{ pattern = '(?<5>a)(?<9>b)(x)?'; text = 'ab' }
        @{ pattern = ''; text = 'x' }
        @{ pattern = '(?<n>a)(?<1>b)'; text = 'zab' }
    ) {
        $match = [regex]::Match($text, $pattern)
        $copy = Copy-Value $match
        $copy.GetType() | Should -Be $match.GetType()
        Get-Facts $copy | Should -BeExactly (Get-Facts $match)
        $copy.Result('<$0>') | Should -BeExactly $match.Result('<$0>')
        foreach ($name in ([regex] $pattern).GetGroupNames()) { $copy.Groups[$name].Value | Should -BeExactly $match.Groups[$name].Value }
        foreach ($number in ([regex] $pattern).GetGroupNumbers()) { $copy.Groups[$number].Value | Should -BeExactly $match.Groups[$number].Value }
    }

    It 'find the next one as the original does' {
        $match = [regex]::Match('a1 b2 c3', '(\w)\d')
        $next = (Copy-Value $match).NextMatch()
        $next.Value, $next.Index | Should -Be 'b2', 3
        $next.NextMatch().NextMatch().Success | Should -BeFalse
        (Copy-Value ([regex]::new('\w\d', 'RightToLeft').Match('a1 b2 c3'))).NextMatch().Value | Should -Be 'b2'
    }

    It 'come back when nothing was found' {
        (Copy-Value ([regex]::Match('abc', 'x'))).Success | Should -BeFalse
    }

    It 'come back as groups and captures alone' {
        $group = [regex]::Match('so two', '(?<word>\w+\s?)+').Groups['word']
        $copy = Copy-Value $group
        $copy.GetType() | Should -Be ([Text.RegularExpressions.Group])
        $copy.Name, $copy.Value, $copy.Index | Should -Be $group.Name, $group.Value, $group.Index
        $copy.Captures.Value -join '|' | Should -Be ($group.Captures.Value -join '|')
        (Copy-Value $group.Captures[0]).Value | Should -Be 'so '
        (Copy-Value $group.Captures[0]).GetType().Name | Should -Be 'Capture'
    }

    It 'come as property bags where each would bring a long text along' {
        $text = 'x' * 100000 + 'key=value'
        $match = [regex]::Match($text, '(?<name>k\w+)=(.*)')
        $bytes = ConvertTo-Bytes $match
        $bytes.Length | Should -BeLessThan 5000
        $copy = ConvertFrom-Bytes $bytes
        $copy.pstypenames[0] | Should -Be 'Deserialized.System.Text.RegularExpressions.Match'
        $copy.Index, $copy.Value, $copy.Success | Should -Be 100000, 'key=value', $true
        $copy.Groups[1].Value, $copy.Groups[2].Value, $copy.Groups[2].Name | Should -Be 'value', 'key', 'name'
        $copy.Groups[2].Captures[0].Index | Should -Be 100000
    }

    It 'refuse bytes that are none' {
        $bytes = ConvertTo-Bytes ([regex]::Match('so two words', '(\w+\s)+(x)?'))
        foreach ($at in 0..($bytes.Length - 1)) {
            foreach ($value in 0, 1, 0x7f, 0x90, 0xc0, 0xff) {
                $broken = [byte[]] $bytes.Clone()
                $broken[$at] = $value
                Get-Failure $broken | Should -BeIn '', 'WireFormatException'
            }
        }
    }
}

Describe 'An array of matches' {
    It 'comes as one of anything where some are property bags' {
        $first = [regex]::Match('abc', 'b')
        $copy = Copy-Value ([Text.RegularExpressions.Match[]] ($first, [regex]::Match('a' * 20000, 'a+')))
        , $copy | Should -BeOfType ([object[]])
        $copy[0] | Should -BeOfType $first.GetType()
        $copy[0].Value | Should -Be 'b'
        $copy[1].pstypenames[0] | Should -Be 'Deserialized.System.Text.RegularExpressions.Match'
        $copy[1].Length | Should -Be 20000
    }
}

Describe 'Results of Select-String and Select-Xml' {
    It 'keeps file, line, matches and what is around: <_>' -ForEach @(
        'Select-String -LiteralPath $file -Pattern "r(?<os>o+)." -AllMatches -Context 1'
        'Select-String -LiteralPath $file -Pattern "root" -SimpleMatch'
        '"a root" | Select-String ROOT'
        'Select-String -LiteralPath $file -Pattern "x" -NotMatch'
    ) {
        $found = @(& ([scriptblock]::Create($_)))[0]
        $copy = Copy-Value $found
        $copy.GetType() | Should -Be $found.GetType()
        foreach ($name in 'Filename', 'Path', 'LineNumber', 'Line', 'Pattern', 'IgnoreCase') { $copy.$name | Should -BeExactly $found.$name -Because $name }
        $copy.Matches.Count | Should -Be $found.Matches.Count
        if ($found.Matches) {
            Get-Facts $copy.Matches[0] | Should -BeExactly (Get-Facts $found.Matches[0])
            $copy.Matches.Groups['os'].Value | Should -Be $found.Matches.Groups['os'].Value
        }
        "$($copy.Context.PreContext)|$($copy.Context.PostContext)" | Should -BeExactly "$($found.Context.PreContext)|$($found.Context.PostContext)"
        $copy.ToString() | Should -BeExactly $found.ToString()
        $copy.ToEmphasizedString($TestDrive) | Should -BeExactly $found.ToEmphasizedString($TestDrive)
        $copy.RelativePath($TestDrive) | Should -BeExactly $found.RelativePath($TestDrive)
        $copy | Out-String | Should -BeExactly ($found | Out-String)
    }

    It 'keeps the nodes that Select-Xml finds' {
        $found = Select-Xml -Content '<a xmlns:p="urn:p"><b n="1"><p:c>t</p:c></b><b n="2"/></a>' -XPath '//b'
        $copy = Copy-Value $found
        $copy[0].GetType() | Should -Be $found[0].GetType()
        $copy[0].Path, $copy[0].Pattern | Should -Be $found[0].Path, $found[0].Pattern
        $copy.Node.n -join ',' | Should -Be '1,2'
        $copy[0].Node.OuterXml | Should -BeExactly $found[0].Node.OuterXml
        $copy[0].Node.c | Should -Be 't'
        $copy[0].ToString() | Should -BeExactly $found[0].ToString()
    }
}

Describe 'Nodes of documents' {
    It 'come back as what they are: <path>' -ForEach @(
        @{ path = '/a/b' }
        @{ path = '/a/b/@n' }
        @{ path = '//*[@*[name()="p:m"]]/@*[name()="p:m"]' }
        @{ path = '/a/b/text()' }
        @{ path = '/a/comment()' }
        @{ path = '/a/processing-instruction()' }
        @{ path = '/a/d/text()' }
    ) {
        $document = [xml] '<a xmlns:p="urn:p"><b n="1&amp;" p:m="2">t &lt; u</b><!-- note --><?go on?><d><![CDATA[<raw>]]></d></a>'
        $node = $document.SelectSingleNode($path)
        $node | Should -Not -BeNullOrEmpty
        $copy = Copy-Value $node
        $copy.GetType() | Should -Be $node.GetType()
        $copy.OuterXml | Should -BeExactly $node.OuterXml
        $copy.Value | Should -BeExactly $node.Value
        $copy.Name | Should -BeExactly $node.Name
        $copy.NamespaceURI | Should -BeExactly $node.NamespaceURI
    }

    It 'have their properties in a script as the original' {
        $node = ([xml] '<a><b n="1"><c>x</c><c>y</c></b></a>').a.b
        $copy = Copy-Value $node
        $copy.n, ($copy.c -join ',') | Should -Be '1', 'x,y'
        (Copy-Value @{ k = $node }).k.n | Should -Be '1'
    }

    It 'refuse bytes that are no node' {
        $bytes = ConvertTo-Bytes ([xml] '<a>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA</a>').a
        $bytes.Length | Should -BeGreaterThan 60
        foreach ($at in 0..($bytes.Length - 1)) {
            foreach ($value in 0, 0x90, 0xff) {
                $broken = [byte[]] $bytes.Clone()
                $broken[$at] = $value
                Get-Failure $broken | Should -BeIn '', 'WireFormatException'
            }
        }
    }
}
