using Loky.Wire;
using Xunit;

namespace Loky.Tests.Wire;

public sealed class WireWriterTests
{
    [Fact]
    public void An_empty_string_is_a_string() => Assert.Equal("a0a0", Written(buffer =>
    {
        new WireWriter(buffer).Write(string.Empty);
        new WireWriter(buffer).Write(ReadOnlySpan<char>.Empty);
    }));

    [Fact]
    public void Writers_take_turns_on_one_buffer_and_what_is_cut_off_is_gone() => Assert.Equal("0105", Written(buffer =>
    {
        WireWriter first = new(buffer);
        first.Write(1L);
        new WireWriter(buffer).Write("dropped");
        buffer.Truncate(1);
        first.Write(5L);
    }));

    [Fact]
    public void An_extension_of_unknown_length_gets_it_afterwards() =>
        Assert.Equal("c9000000020701c3", Written(buffer =>
        {
            WireWriter writer = new(buffer);
            int start = writer.BeginExtension(7);
            writer.Write(1L);
            writer.Write(true);
            writer.EndExtension(start);
        }));

    // Written as code units, because test names go through UTF-8, which has no lone surrogates.
    [Theory]
    [InlineData(true)]
    [InlineData(true, 'a')]
    [InlineData(true, '\ud83d', '\ude00')]
    [InlineData(true, 'a', '\ud83d', '\ude00', 'b', '\ud83d', '\ude00')]
    [InlineData(false, '\ud83d')]
    [InlineData(false, '\ude00')]
    [InlineData(false, '\ude00', '\ud83d')]
    [InlineData(false, '\ud83d', '\ude00', '\ud83d')]
    [InlineData(false, '\ud83d', 'x', '\ude00')]
    public void A_lone_surrogate_is_noticed(bool expected, params char[] text) =>
        Assert.Equal(expected, WireWriter.IsWellFormed(text));

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("a3efbfbd", Written(buffer => new WireWriter(buffer).Write(new string('\ud800', 1))));

    private static string Written(Action<PooledBuffer> write)
    {
        using var buffer = new PooledBuffer();
        write(buffer);
        return Convert.ToHexString(buffer.WrittenSpan).ToLowerInvariant();
    }
}
