using Loky.Samples;

// The usage example of Python's loky, first with compiled delegates, then, where PowerShell is at hand, with scriptblocks.
try
{
    await DelegateSample.RunAsync();
    return ScriptSample.Run();
}
catch (SampleException e)
{
    Console.Error.WriteLine($"FAILED: {e.Message}");
    return 1;
}
