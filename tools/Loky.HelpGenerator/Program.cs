using Loky.HelpGenerator;

// Arguments: the folder of the Markdown documents, and the folder that gets the help files.
if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: Loky.HelpGenerator <folder of documents> <folder of help files>");
    return 2;
}

try
{
    string target = Directory.CreateDirectory(args[1]).FullName;
    List<CommandHelp> commands = [];
    foreach (string path in Directory.EnumerateFiles(args[0], "*.md").Order(StringComparer.Ordinal))
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string[] lines = File.ReadAllLines(path);
        if (name.StartsWith("about_", StringComparison.Ordinal))
        {
            File.WriteAllText(Path.Combine(target, name + ".help.txt"), AboutText.Write(lines));
        }
        else
        {
            commands.Add(CommandHelpParser.Parse(Path.GetFileName(path), lines));
        }
    }

    MamlWriter.Write(Path.Combine(target, "Loky.PowerShell.dll-Help.xml"), commands);
    return 0;
}
catch (HelpFormatException e)
{
    // This form makes MSBuild show it as an error of the document.
    Console.Error.WriteLine($"{e.Document} : error LOKYHELP: {e.Message}");
    return 1;
}
