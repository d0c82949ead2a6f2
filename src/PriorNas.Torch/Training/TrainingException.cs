namespace PriorNas.Torch.Training;

/// <summary>Training cannot continue, though its input was valid.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the error without a message.</summary>
    public TrainingException()
    {
    }

    /// <summary>Creates the error with what the user is shown.</summary>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with what the user is shown and what caused it.</summary>
    public TrainingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
