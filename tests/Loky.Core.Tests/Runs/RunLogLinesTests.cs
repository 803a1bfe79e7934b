using System.Text;
using Loky.Runs;
using Xunit;

namespace Loky.Tests.Runs;

/// <summary>The line of an attempt, whatever line came before it.</summary>
public sealed class RunLogLinesTests
{
    private static readonly RunLogHeader Header = new() { Command = "Map", BlockHash = "0", Started = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc) };

    [Fact]
    public void A_line_is_the_same_after_any_other_as_after_none()
    {
        AttemptPlace[] places = [new(null, 12, 3, 1, Header.Started), new("far", 123_456, 40, 2, Header.Started)];
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            using var lines = new RunLogLines(Header);
            long number = random.Next(1, 2000);
            DateTime time = Header.Started.AddMicroseconds(random.Next(20_000_000));
            for (int i = 0; i < 100; i++)
            {
                // Mostly as quick items are: one behind another, and all alike.
                number += random.Next(10) == 0 ? random.Next(100_000) : 1;
                DateTime began = random.Next(10) == 0 ? time.AddMilliseconds(random.Next(1000)) : time;
                time = began.AddMicroseconds(random.Next(10) == 0 ? random.Next(1_000_000) : random.Next(3));
                var attempt = new Attempt
                {
                    Item = number,
                    Outcome = random.Next(20) == 0 ? AttemptOutcome.Failed : AttemptOutcome.Succeeded,
                    Place = random.Next(50) == 0 ? null : places[random.Next(20) == 0 ? 1 : 0],
                    Queued = began.AddMilliseconds(random.Next(20) == 0 ? -random.Next(20_000) : 0),
                    Started = began,
                    Ended = time,
                    BytesIn = random.Next(20) == 0 ? random.Next(300) : 3,
                    BytesOut = random.Next(20) == 0 ? random.Next(300) : 5,
                    Hash = new ItemHash((ulong)random.NextInt64()),
                    ErrorId = random.Next(30) == 0 ? "Some\"Error" : null,
                    Exit = random.Next(50) == 0 ? "SIGKILL" : null,
                    Cause = random.Next(50) == 0 ? new string('c', random.Next(2000)) : null,
                    IsRetried = random.Next(30) == 0,
                };
                int before = lines.Written.Length;
                lines.Write(attempt);
                using var fresh = new RunLogLines(Header);
                fresh.Write(attempt);
                Assert.Equal(Text(fresh.Written), Text(lines.Written[before..]));
                if (random.Next(20) == 0)
                {
                    lines.Clear();
                }
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
