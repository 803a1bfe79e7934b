using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security;

namespace Loky.PowerShell.Serialization;

/// <summary>Secure strings and credentials. They cross the channel as they are: it is private to the user, and a key to encrypt
/// them with would have to cross it too. Copies of the characters that are made here are wiped.</summary>
internal static class SecretFormatter
{
    public static void WriteSecureString(PSWriteSession session, object value)
    {
        var secret = (SecureString)value;
        byte[] copy = new byte[secret.Length * sizeof(char)];
        IntPtr text = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            Marshal.Copy(text, copy, 0, copy.Length);
            session.Writer.WriteExtension(PSExtension.SecureString, copy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
            Marshal.ZeroFreeGlobalAllocUnicode(text);
        }
    }

    public static SecureString ReadSecureString(ReadOnlySpan<byte> payload)
    {
        var secret = new SecureString();
        foreach (char character in MemoryMarshal.Cast<byte, char>(payload))
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        return secret;
    }

    public static void WriteCredential(PSWriteSession session, object value) =>
        session.WriteComposite((PSCredential)value, PSComposite.Credential, 2, static (session, credential) =>
        {
            session.Writer.Write(credential.UserName);

            // The empty credential has no password.
            session.WriteValue(credential.Password);
        });

    public static PSCredential ReadCredential(ref WireReader reader, PSReadSession session)
    {
        string? user = reader.ReadString();
        object? password = session.ReadValue(ref reader);
        return string.IsNullOrEmpty(user)
            ? PSCredential.Empty
            : new PSCredential(user, password as SecureString ?? new SecureString());
    }
}
