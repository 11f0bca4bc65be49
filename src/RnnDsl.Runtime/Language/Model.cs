using RnnDsl.Execution;

namespace RnnDsl;

/// <summary>
/// Base of models: cells, parameters, and methods that say in equations over whole sequences what the model predicts and what its
/// loss is.
/// </summary>
public abstract class Model : Module;
