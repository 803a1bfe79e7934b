using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Loky.Channel;
using Loky.Tests.Support;
using Loky.Windows;
using Xunit;

namespace Loky.Tests.Channel;

/// <summary>Who can get at the channel of a worker while there is something of it on disk.</summary>
public sealed class PrivateFolderTests
{
    private const string Reached = "reached";

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Only_the_user_can_enter_the_folder_and_read_the_journal()
    {
        string folder = PrivateFolder.Create();
        try
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
            using TaskJournal journal = TaskJournal.Create(Path.Combine(folder, "j"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "j")));
        }
        finally
        {
            PrivateFolder.Delete(folder);
        }
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void Only_the_user_can_enter_the_folder_by_its_list_of_who_may()
    {
        string folder = PrivateFolder.Create();
        try
        {
            DirectorySecurity security = new DirectoryInfo(folder).GetAccessControl();
            using WindowsIdentity user = WindowsIdentity.GetCurrent();
            Assert.Equal(user.User!, security.GetOwner(typeof(SecurityIdentifier)));
            Assert.True(security.AreAccessRulesProtected);
            FileSystemAccessRule[] rules = [.. security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()];
            Assert.Equal([user.User!], rules.Select(static rule => rule.IdentityReference).Distinct());
            File.WriteAllText(Path.Combine(folder, "j"), "mine");
        }
        finally
        {
            PrivateFolder.Delete(folder);
        }
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void A_folder_that_is_there_already_is_taken_if_it_is_the_users_the_systems_or_the_administrators()
    {
        SecurityIdentifier user = new("S-1-5-21-1-2-3-1001");
        Assert.True(WindowsFolder.MayOwn(user, user));
        Assert.True(WindowsFolder.MayOwn(new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null), user));
        Assert.True(WindowsFolder.MayOwn(new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null), user));
        Assert.False(WindowsFolder.MayOwn(new SecurityIdentifier("S-1-5-21-1-2-3-1002"), user));
        Assert.False(WindowsFolder.MayOwn(new SecurityIdentifier(WellKnownSidType.BuiltinUsersSid, null), user));
        Assert.False(WindowsFolder.MayOwn(null, user));
    }

    [WindowsFact]
    [SupportedOSPlatform("windows")]
    public void A_folder_of_the_users_own_that_is_there_already_is_closed_by_its_list_of_who_may()
    {
        string folder = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            WindowsFolder.CreatePrivate(folder);
            Assert.True(new DirectoryInfo(folder).GetAccessControl().AreAccessRulesProtected);
            File.WriteAllText(Path.Combine(folder, "j"), "mine");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Where_one_place_has_no_room_the_next_is_taken_and_nothing_is_left_in_the_first()
    {
        string full = Directory.CreateTempSubdirectory("loky-test-").FullName;
        string free = Directory.CreateTempSubdirectory("loky-test-").FullName;
        try
        {
            string journal = PrivateFolder.Create(
                path =>
                {
                    string file = Path.Combine(path, "j");
                    File.WriteAllText(file, "begun");
                    return path.StartsWith(full, StringComparison.Ordinal) ? throw new IOException("No space left on device") : file;
                },
                [full, free]);
            Assert.StartsWith(free, journal, StringComparison.Ordinal);
            Assert.True(File.Exists(journal));
            Assert.Empty(Directory.GetFileSystemEntries(full));
            _ = Assert.Throws<IOException>(() => PrivateFolder.Create<string>(_ => throw new IOException("No space left on device"), [full, free]));
        }
        finally
        {
            Directory.Delete(full, recursive: true);
            Directory.Delete(free, recursive: true);
        }
    }

    [AnotherUserFact]
    public async Task Another_user_can_neither_see_read_nor_connect()
    {
        string folder = PrivateFolder.Create();
        try
        {
            string socket = Path.Combine(folder, "s");
            string journal = Path.Combine(folder, "j");
            using TaskJournal created = TaskJournal.Create(journal);
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(socket));
            listener.Listen(4);

            // Whoever cannot look a socket up cannot connect to it; where there is a python, it tries.
            string script = $"ls {folder} && echo {Reached}; cat {journal} && echo {Reached}; test -e {socket} && echo {Reached};"
                + $"command -v python3 >/dev/null && python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('{socket}')\" && echo {Reached}; echo end";
            string told = await RunAsync(AnotherUserFactAttribute.SetPriv, "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-c", script);
            Assert.Contains("end", told, StringComparison.Ordinal);
            Assert.DoesNotContain(Reached, told, StringComparison.Ordinal);

            // The same way it works for the user, so the refusals are those of the other.
            Assert.Contains(Reached, await RunAsync("/bin/sh", "-c", script), StringComparison.Ordinal);
        }
        finally
        {
            PrivateFolder.Delete(folder);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(info)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = await process.StandardOutput.ReadToEndAsync().WaitAsync(Support.Until.Limit);
        _ = await errors;
        return text;
    }
}
