using static RnnDsl.Ops;

namespace RnnDsl.Examples.RemainingLife;

/// <summary>Reads the newest rows of a machine and says how many are left until it fails (after Zheng et al. 2017).</summary>
[Model]
public partial class LifeModel : Model
{
    class Feature : Dim;
    class Hidden : Dim;
    class Target : Dim;

    Lstm<Feature, Hidden> first;
    Lstm<Hidden, Hidden> second;
    Linear<Hidden, Target> head;

    Vec<Target> Predict(Seq<Feature> x) => head.Map(Dropout(Last(second.Scan(Dropout(first.Scan(x), 0.2))), 0.2));

    Scalar Loss(Seq<Feature> x, Vec<Target> y) => MeanSquaredError(Predict(x), y);
}
