using System.Runtime.Versioning;
using Loky.Channel;
using Loky.Tests.Support;
using Loky.Wire;
using Xunit;

namespace Loky.Tests.Channel;

public sealed class TaskJournalTests : IDisposable
{
    private readonly string _folder = PrivateFolder.Create();
    private readonly TaskJournal _parent;
    private readonly TaskJournal _worker;

    public TaskJournalTests()
    {
        string path = Path.Combine(_folder, "j");
        _parent = TaskJournal.Create(path);
        _worker = TaskJournal.Open(path);
    }

    public void Dispose()
    {
        _worker.Dispose();
        _parent.Dispose();
        PrivateFolder.Delete(_folder);
    }

    [Fact]
    public void What_the_worker_notes_is_there_for_the_parent()
    {
        _worker.Started = 17;
        _worker.StartedAt = 123;
        Assert.Equal(17, _parent.Started);
        Assert.Equal(123, _parent.StartedAt);
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void With_a_name_it_is_the_same_for_both_and_gone_with_the_last_of_them()
    {
        const string name = "loky-test-of-the-journal";
        using (TaskJournal parent = TaskJournal.CreateNamed(name))
        {
            using (TaskJournal worker = TaskJournal.OpenNamed(name))
            {
                worker.Started = 7;
            }

            Assert.Equal(7, parent.Started);
        }

        _ = Assert.Throws<FileNotFoundException>(() => TaskJournal.OpenNamed(name));
    }

    [UnixFact]
    public void It_outlives_its_file_and_its_worker()
    {
        PrivateFolder.Delete(_folder);
        Assert.False(Directory.Exists(_folder));
        Fill(frameNumber: 1, Records(2));
        _worker.Started = 2;
        _worker.Dispose();
        Assert.Equal(2, _parent.Started);
        Assert.NotEmpty(_parent.RecoverUnsent(0));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Only_the_user_can_read_it()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "j")));
    }

    [Fact]
    public async Task It_can_be_looked_at_while_and_after_it_is_disposed_of()
    {
        for (int round = 0; round < 200; round++)
        {
            var journal = TaskJournal.Create(Path.Combine(_folder, $"looked-at-{round}"));
            journal.Started = 5;
            bool over = false;
            Task<bool> looking = Task.Run(() =>
            {
                bool sound = true;
                while (!Volatile.Read(ref over))
                {
                    sound &= journal.Look().Started is 0 or 5;
                }

                return sound;
            });
            journal.Dispose();
            Volatile.Write(ref over, true);
            Assert.True(await looking.WaitAsync(Support.Until.Limit));
            Assert.Equal(default, journal.Look());
            File.Delete(Path.Combine(_folder, $"looked-at-{round}"));
        }
    }

    [Fact]
    public void A_new_journal_holds_nothing()
    {
        Assert.Equal(0, _parent.Started);
        Assert.Empty(_parent.RecoverUnsent(0));
    }

    [Fact]
    public void An_unsent_frame_is_recovered_with_its_ends_counted()
    {
        // The worker had not yet written the count when it died.
        Fill(frameNumber: 4, Records(3), ended: 0);
        byte[] payload = _parent.RecoverUnsent(3);
        var header = RecordsHeader.Read(payload);
        Assert.Equal(3, header.EndedCount);
        Assert.Equal(4, header.FrameNumber);
        Assert.Equal(3, RecordReader.CountEnded(payload.AsMemory(RecordsHeader.Size)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(2)]
    public void A_frame_of_another_number_is_ignored(long lastReceived)
    {
        Fill(frameNumber: 4, Records(3));
        Assert.Empty(_parent.RecoverUnsent(lastReceived));
    }

    [Fact]
    public void A_record_that_was_not_committed_is_ignored()
    {
        byte[] records = Records(3);
        Fill(frameNumber: 1, records);

        // Cut at the end of each record: what lies behind was written and not committed.
        int[] ends = [0, 3, 4, 7, 8, 11, 12];
        int[] expected = [0, 0, 1, 1, 2, 2, 3];
        foreach ((int length, int ended) in ends.Zip(expected))
        {
            _worker.Committed = Frame.HeaderSize + RecordsHeader.Size + length;
            byte[] payload = _parent.RecoverUnsent(0);
            Assert.Equal(RecordsHeader.Size + length, payload.Length);
            Assert.Equal(ended, RecordsHeader.Read(payload).EndedCount);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(TaskJournal.OutboxCapacity + 1)]
    [InlineData(int.MaxValue)]
    public void A_length_that_cannot_be_is_ignored(int committed)
    {
        Fill(frameNumber: 1, Records(1));
        _worker.Committed = committed;
        Assert.Empty(_parent.RecoverUnsent(0));
    }

    [Fact]
    public void Damaged_records_are_reported()
    {
        Fill(frameNumber: 1, [(byte)RecordKind.Output, 0xc1, 0xc1]);
        _ = Assert.Throws<ProtocolException>(() => _parent.RecoverUnsent(0));
    }

    [Fact]
    public void Random_content_is_ignored_or_reported_and_nothing_else()
    {
        var random = new Random(3);
        for (int round = 0; round < 500; round++)
        {
            byte[] bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            Fill(frameNumber: 1, bytes);
            try
            {
                Assert.NotEmpty(_parent.RecoverUnsent(0));
            }
            catch (ProtocolException)
            {
                // That is the report.
            }
        }
    }

    /// <summary>Items that returned a small number each: four bytes, of which the last is the end.</summary>
    private static byte[] Records(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => new byte[] { (byte)RecordKind.Output, 1, (byte)i, (byte)RecordKind.End })];

    private void Fill(long frameNumber, byte[] records, int ended = 0)
    {
        Span<byte> outbox = _worker.Outbox;
        new RecordsHeader(1, frameNumber, 1, ended, 0, 0).Write(outbox[Frame.HeaderSize..]);
        records.CopyTo(outbox[(Frame.HeaderSize + RecordsHeader.Size)..]);
        _worker.Committed = Frame.HeaderSize + RecordsHeader.Size + records.Length;
    }
}
