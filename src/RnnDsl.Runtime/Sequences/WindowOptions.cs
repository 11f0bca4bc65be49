namespace RnnDsl.Sequences;

/// <summary>How <see cref="Windows"/> cuts a series into examples.</summary>
public sealed record WindowOptions
{
    /// <summary>Steps of the input.</summary>
    public required int Length { get; init; }

    /// <summary>Steps to forecast, right after the input.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Columns to forecast: usually one.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Columns of the input; null for all.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Rows from one window's start to the next one's.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>False: the target is one vector of the <see cref="Horizon"/> steps after the window. True: the target is a sequence as long as the window, with a vector at each
    /// step of the <see cref="Horizon"/> steps after it.</summary>
    public bool TargetPerStep { get; init; }

    /// <summary>Whether inputs of the validation and test part may include rows before that part, which are known by then. Targets never do.</summary>
    public bool LookBack { get; init; } = true;

    /// <summary>Name of the input column: the parameter of the model's method.</summary>
    public string InputName { get; init; } = "x";

    /// <summary>Name of the target column: the parameter of the model's method.</summary>
    public string TargetName { get; init; } = "y";
}
