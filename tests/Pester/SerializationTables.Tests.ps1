# Tables of System.Data.

BeforeAll {
    . $PSScriptRoot/SerializationSupport.ps1

    function New-Table {
        $table = [Data.DataTable]::new('Staff')
        $null = $table.Columns.Add('Id', [int])
        $null = $table.Columns.Add('Name', [string])
        $null = $table.Columns.Add('Born', [datetime])
        $null = $table.Columns.Add('Photo', [byte[]])
        $table.PrimaryKey = @($table.Columns['Id'])
        $null = $table.Rows.Add(2, 'Zoe', [datetime]::new(1990, 2, 3), [byte[]] (1, 2))
        $null = $table.Rows.Add(1, 'Adam', [DBNull]::Value, [DBNull]::Value)
        , $table
    }
}

Describe 'Tables' {
    It 'come back with name, columns, key and rows' {
        $table = New-Table
        $copy = Copy-Value $table
        $copy.GetType() | Should -Be ([Data.DataTable])
        $copy.TableName | Should -Be 'Staff'
        $copy.Columns.ColumnName -join ',' | Should -Be 'Id,Name,Born,Photo'
        $copy.Columns.DataType -join ',' | Should -Be ($table.Columns.DataType -join ',')
        $copy.PrimaryKey.ColumnName | Should -Be 'Id'
        $copy.Rows.Count | Should -Be 2
        $copy.Rows.Find(2).Name | Should -Be 'Zoe'
        $copy.Rows[0].Born | Should -Be ([datetime]::new(1990, 2, 3))
        $copy.Rows[0].Photo | Should -Be 1, 2
        $copy.Rows[1].Born | Should -BeOfType ([DBNull])
        $copy.Select("Name = 'Adam'").Id | Should -Be 1
    }

    It 'keep what is special in a column' {
        $table = [Data.DataTable]::new()
        $number = $table.Columns.Add('Number', [long])
        $number.AutoIncrement, $number.AutoIncrementSeed, $number.AutoIncrementStep = $true, 10, 5
        $text = $table.Columns.Add('Text', [string])
        $text.MaxLength, $text.AllowDBNull, $text.Caption = 20, $false, 'The text'
        $fixed = $table.Columns.Add('Fixed', [guid])
        $fixed.ReadOnly = $true
        $null = $table.Columns.Add('Twice', [long], 'Number * 2')
        $null = $table.Columns.Add('Kind', [System.Diagnostics.Process])
        $null = $table.Rows.Add($null, 'one', [guid]::Empty)
        $copy = Copy-Value $table
        $copy.Columns['Text'].MaxLength | Should -Be 20
        $copy.Columns['Text'].AllowDBNull | Should -BeFalse
        $copy.Columns['Text'].Caption | Should -Be 'The text'
        $copy.Columns['Fixed'].ReadOnly | Should -BeTrue
        $copy.Columns['Kind'].DataType | Should -Be ([object]) -Because 'only plain types can be those of columns'
        $copy.Rows[0].Number, $copy.Rows[0].Twice | Should -Be 10, 20
        $copy.Columns['Twice'].Expression | Should -Be '' -Because 'what came is the value'
        $copy.Rows.Add($null, 'two', [guid]::Empty).Number | Should -Be 15
    }

    It 'keep which rows are new, changed or deleted' {
        $table = New-Table
        $table.AcceptChanges()
        $table.Rows[0].Name = 'Zora'
        $table.Rows[1].Delete()
        $null = $table.Rows.Add(3, 'New', [DBNull]::Value, [DBNull]::Value)
        $copy = Copy-Value $table
        $copy.Rows.RowState -join ',' | Should -Be 'Modified,Deleted,Added'
        $copy.Rows[0]['Name', 'Original'], $copy.Rows[0]['Name'] | Should -Be 'Zoe', 'Zora'
        $copy.Rows[1]['Name', 'Original'] | Should -Be 'Adam'
        $copy.RejectChanges()
        $copy.Rows.Name -join ',' | Should -Be 'Zoe,Adam'
    }

    It 'come as single rows that know their columns' {
        $row = (New-Table).Rows[0]
        $copy = Copy-Value $row
        $copy.GetType() | Should -Be ([Data.DataRow])
        $copy.Name, $copy['Id'], $copy.ItemArray[1] | Should -Be 'Zoe', 2, 'Zoe'
        $copy.Table.TableName | Should -Be 'Staff'
        $copy | Out-String | Should -BeExactly ($row | Out-String)
        $copy | Select-Object Name, Id | ConvertTo-Json -Compress | Should -Be '{"Name":"Zoe","Id":2}'
    }

    It 'are shared by rows that were sent together' {
        $table = New-Table
        $copy = Copy-Value @($table.Rows[1], $table.Rows[0], $table.Rows[1])
        [object]::ReferenceEquals($copy[0].Table, $copy[1].Table) | Should -BeTrue
        [object]::ReferenceEquals($copy[0], $copy[2]) | Should -BeTrue
        $copy.Name -join ',' | Should -Be 'Adam,Zoe,Adam'
    }

    It 'come in sets, with their relations' {
        $set = [Data.DataSet]::new('Firm')
        $set.Tables.Add((New-Table))
        $phones = [Data.DataTable]::new('Phones')
        $null = $phones.Columns.Add('Owner', [int])
        $null = $phones.Columns.Add('Number')
        $null = $phones.Rows.Add(2, '555')
        $set.Tables.Add($phones)
        $null = $set.Relations.Add('Own', $set.Tables['Staff'].Columns['Id'], $phones.Columns['Owner'])
        $copy = Copy-Value $set
        $copy.GetType() | Should -Be ([Data.DataSet])
        $copy.DataSetName | Should -Be 'Firm'
        $copy.Tables['Staff'].Rows[0].GetChildRows('Own').Number | Should -Be '555'
    }

    It 'go through a worker, whole and row by row' {
        Import-Module $PSScriptRoot/Support.psm1 -Force
        Import-Loky
        $table = New-Table
        try {
            $table | Invoke-LokyParallel { "$($_.Id) $($_['Name'])" } -Ordered -MaxWorkers 1 -ErrorAction Stop | Should -Be '2 Zoe', '1 Adam'
            $rows = 1 | Invoke-LokyParallel { $table } -ErrorAction Stop
            $rows.Name -join ',' | Should -Be 'Zoe,Adam'
            (1 | Invoke-LokyParallel { , $table } -ErrorAction Stop).Rows.Count | Should -Be 2
            $rows | Out-String | Should -BeExactly ($table | Out-String)
        }
        finally { Reset-Loky }
    }

    It 'refuse bytes that are none' {
        $bytes = ConvertTo-Bytes (New-Table)
        foreach ($at in 0..($bytes.Length - 1)) {
            foreach ($value in 0, 1, 0x90, 0xc0, 0xff) {
                $broken = [byte[]] $bytes.Clone()
                $broken[$at] = $value
                Get-Failure $broken | Should -BeIn '', 'WireFormatException'
            }
        }
    }
}
