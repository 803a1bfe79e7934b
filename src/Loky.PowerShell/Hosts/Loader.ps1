$i=[Console]::OpenStandardInput();$o=[Console]::OpenStandardOutput()
$m=[Text.Encoding]::ASCII.GetBytes('<LOKY 7c41e0b95d>');$o.Write($m,0,$m.Length);$o.Flush()
function get($n){$b=[byte[]]::new($n);for($k=0;$k -lt $n;$k+=$c){$c=$i.Read($b,$k,$n-$k);if($c -le 0){exit 93}};,$b}
. ([scriptblock]::Create([Text.Encoding]::UTF8.GetString((get ([BitConverter]::ToInt32((get 4),0))))))
