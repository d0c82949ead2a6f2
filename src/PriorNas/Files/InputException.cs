namespace PriorNas.Files;

/// <summary>
/// What the user gave (a file, a code, a value, a folder) cannot be used. The message names the thing, its value, what is allowed
/// and the remedy. It is the only exception that the readers of this library throw for bad input; the command line turns it into
/// exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the error without a message.</summary>
    public InputException()
    {
    }

    /// <summary>Creates the error with what the user is shown.</summary>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with what the user is shown and what caused it.</summary>
    public InputException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
