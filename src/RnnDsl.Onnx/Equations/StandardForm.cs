namespace RnnDsl.Onnx.Equations;

/// <summary>The graphs of recurrent and affine layers that other frameworks have too, whatever stands for their activations.</summary>
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

/// <summary>What a form consists of.</summary>
static class StandardForms
{
    /// <summary>Gates: parameters W… and U… for each.</summary>
    public static string[] Gates(this StandardForm form) => form switch
    {
        StandardForm.Lstm or StandardForm.PeepholeLstm or StandardForm.ProjectedLstm => ["i", "f", "g", "o"],
        StandardForm.CoupledLstm or StandardForm.CoupledPeepholeLstm => ["f", "g", "o"],
        StandardForm.Gru or StandardForm.GruResetBefore => ["r", "z", "n"],
        _ => [""],
    };

    /// <summary>Gates with a parameter p…, that sees the memory cell.</summary>
    public static string[] Peepholes(this StandardForm form) => form switch
    {
        StandardForm.PeepholeLstm => ["i", "f", "o"],
        StandardForm.CoupledPeepholeLstm => ["f", "o"],
        _ => [],
    };

    /// <summary>True if one gate does the work of two: the input gate is 1 − the forget gate.</summary>
    public static bool IsCoupled(this StandardForm form) => form is StandardForm.CoupledLstm or StandardForm.CoupledPeepholeLstm;

    /// <summary>True if ONNX and Keras have such layers too; PyTorch has all but the coupled ones.</summary>
    public static bool HasOperator(this StandardForm form) => form != StandardForm.ProjectedLstm;

    /// <summary>The operator of ONNX, or for one that it has not the nearest.</summary>
    public static string Operator(this StandardForm form) => form switch
    {
        StandardForm.Gru or StandardForm.GruResetBefore => "GRU",
        StandardForm.Elman => "RNN",
        StandardForm.Linear => "Gemm",
        _ => "LSTM",
    };

    /// <summary>The form whose gates see the memory cell.</summary>
    public static StandardForm WithPeepholes(this StandardForm form) => form switch
    {
        StandardForm.Lstm => StandardForm.PeepholeLstm,
        StandardForm.CoupledLstm => StandardForm.CoupledPeepholeLstm,
        _ => form,
    };

    /// <summary>The library's cell of the form, or the next richer one that it has.</summary>
    /// <param name="form">The form.</param>
    /// <param name="clips">Whether it keeps the arguments of its activations within bounds.</param>
    public static string LibraryName(this StandardForm form, bool clips) => form switch
    {
        StandardForm.CoupledPeepholeLstm => nameof(ClippedCoupledLstm<,>),
        StandardForm.PeepholeLstm when clips => nameof(ClippedLstm<,>),
        _ => (clips ? "Clipped" : "") + form,
    };
}
