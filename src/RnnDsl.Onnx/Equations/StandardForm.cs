namespace RnnDsl.Onnx.Equations;

/// <summary>The forms of recurrent and affine layers that other frameworks also have. The activations do not belong to the form.</summary>
enum StandardForm
{
    Lstm,
    PeepholeLstm,
    CoupledLstm,
    CoupledPeepholeLstm,
    ProjectedLstm,
    Gru,
    GruResetBefore,
    Elman,
    Linear,
}

/// <summary>The properties of each form.</summary>
static class StandardForms
{
    /// <summary>The names of the gates. Each gate has the parameters W… and U….</summary>
    public static string[] Gates(this StandardForm form) => form switch
    {
        StandardForm.Lstm or StandardForm.PeepholeLstm or StandardForm.ProjectedLstm => ["i", "f", "g", "o"],
        StandardForm.CoupledLstm or StandardForm.CoupledPeepholeLstm => ["f", "g", "o"],
        StandardForm.Gru or StandardForm.GruResetBefore => ["r", "z", "n"],
        _ => [""],
    };

    /// <summary>The gates with a peephole parameter p…, which read the memory cell.</summary>
    public static string[] Peepholes(this StandardForm form) => form switch
    {
        StandardForm.PeepholeLstm => ["i", "f", "o"],
        StandardForm.CoupledPeepholeLstm => ["f", "o"],
        _ => [],
    };

    /// <summary>True if one gate replaces two: the input gate is 1 − the forget gate.</summary>
    public static bool IsCoupled(this StandardForm form) => form is StandardForm.CoupledLstm or StandardForm.CoupledPeepholeLstm;

    /// <summary>True if ONNX and Keras have such layers too; PyTorch has all but the coupled ones.</summary>
    public static bool HasOperator(this StandardForm form) => form != StandardForm.ProjectedLstm;

    /// <summary>The operator of ONNX. For a form that ONNX does not have, this is the nearest operator.</summary>
    public static string Operator(this StandardForm form) => form switch
    {
        StandardForm.Gru or StandardForm.GruResetBefore => "GRU",
        StandardForm.Elman => "RNN",
        StandardForm.Linear => "Gemm",
        _ => "LSTM",
    };

    /// <summary>The same form with peepholes, so that its gates read the memory cell.</summary>
    public static StandardForm WithPeepholes(this StandardForm form) => form switch
    {
        StandardForm.Lstm => StandardForm.PeepholeLstm,
        StandardForm.CoupledLstm => StandardForm.CoupledPeepholeLstm,
        _ => form,
    };

    /// <summary>The library's cell of the form, or the next more general cell that the library has.</summary>
    /// <param name="form">The form.</param>
    /// <param name="clips">Whether the cell clips the arguments of its activations.</param>
    public static string LibraryName(this StandardForm form, bool clips) => form switch
    {
        StandardForm.CoupledPeepholeLstm => nameof(ClippedCoupledLstm<,>),
        StandardForm.PeepholeLstm when clips => nameof(ClippedLstm<,>),
        _ => (clips ? "Clipped" : "") + form,
    };
}
