using static RnnDsl.Ops;

namespace RnnDsl;

/// <summary>The hierarchical multiscale LSTM (Chung, Ahn &amp; Bengio 2017): three layers. Each finds the ends of its segments by itself, and the layer above advances only at
/// these ends.</summary>
/// <remarks>Equations 1 to 7, for layer l from the lowest up; z is 1 where a segment ends, and that of the input is always 1:
/// <code>
/// s = U·h + z · T·h⁺ + z⁻′ · W·h⁻ + b          for each of i, f, o, g and the end; h, z of the step before, h⁺ of the layer above,
///                                              h⁻ and z⁻′ of the layer below, or the input, at this step
/// i, f, o = σ(s),   g = tanh(s)
/// c = f ⊙ c + i ⊙ g      update: z = 0, z⁻′ = 1
/// c = c                  copy:   z = 0, z⁻′ = 0
/// c = i ⊙ g              flush:  z = 1
/// h = o ⊙ tanh(c), where it does not copy
/// a = clip((slope · s + 1) / 2, 0, 1)
/// z′ = 1 where a &gt; ½, else 0                    the highest layer has no end
/// </code>
/// The gradient of z′ is that of a (straight-through estimator, Bengio et al. 2013). The authors raise the slope from 1 by 0.04 an epoch up to 5: <c>model.Parameters["layer.slope"]</c>; it is not trained.
/// The output is equations 11 and 12, of all three layers:
/// <code>
/// gₗ = σ(vₗ · [h₁; h₂; h₃])
/// y = relu(Σ gₗ · Eₗ·hₗ)
/// </code></remarks>
/// <typeparam name="Input">Units of the input.</typeparam>
/// <typeparam name="Hidden">Units of each layer, and of the output.</typeparam>
[Cell]
public partial class HierarchicalLstm<Input, Hidden> : Cell<Input, Hidden>
{
    const int Layers = 3;

    [State, Count(Layers)] Vec<Hidden>[] h, c;
    [State, Count(Layers - 1)] Scalar[] z;

    Mat<Hidden, Input> Wi, Wf, Wo, Wg;
    Vec<Input> wz;
    [Count(Layers - 1)] Mat<Hidden, Hidden>[] Vi, Vf, Vo, Vg;          // from the layer below
    [Count(Layers - 2)] Vec<Hidden>[] vz;
    [Count(Layers)] Mat<Hidden, Hidden>[] Ui, Uf, Uo, Ug;
    [Count(Layers - 1)] Vec<Hidden>[] uz;
    [Count(Layers - 1)] Mat<Hidden, Hidden>[] Ti, Tf, To, Tg;          // from the layer above
    [Count(Layers - 1)] Vec<Hidden>[] tz;
    [Count(Layers)] Vec<Hidden>[] bi, bo, bg;
    [Count(Layers), Init(1)] Vec<Hidden>[] bf;                         // remember at first
    [Count(Layers - 1)] Scalar[] bz;
    [Fixed, Init(1)] Scalar slope;

    [Count(Layers)] Mat<Hidden, Hidden>[] E;
    [Count(Layers * Layers)] Vec<Hidden>[] v;                          // of layer l, for the state of layer k: v[l * Layers + k]

    protected override Vec<Hidden> Step(Vec<Input> x)
    {
        for (int l = 0; l < Layers; l++)
        {
            var i = Ui[l] * h[l] + bi[l];
            var f = Uf[l] * h[l] + bf[l];
            var o = Uo[l] * h[l] + bo[l];
            var g = Ug[l] * h[l] + bg[l];
            Scalar end = 0, flush = 0, moved = 1;
            if (l == 0)
            {
                i += Wi * x;
                f += Wf * x;
                o += Wo * x;
                g += Wg * x;
            }
            else
            {
                moved = z[l - 1];
                i += moved * (Vi[l - 1] * h[l - 1]);
                f += moved * (Vf[l - 1] * h[l - 1]);
                o += moved * (Vo[l - 1] * h[l - 1]);
                g += moved * (Vg[l - 1] * h[l - 1]);
            }
            if (l < Layers - 1)
            {
                flush = z[l];
                i += flush * (Ti[l] * h[l + 1]);
                f += flush * (Tf[l] * h[l + 1]);
                o += flush * (To[l] * h[l + 1]);
                g += flush * (Tg[l] * h[l + 1]);
                end = Dot(uz[l], h[l]) + flush * Dot(tz[l], h[l + 1]) + bz[l] + (l == 0 ? Dot(wz, x) : moved * Dot(vz[l - 1], h[l - 1]));
            }
            var written = Sigmoid(i) * Tanh(g);
            var next = flush * written + (1 - flush) * (moved * (Sigmoid(f) * c[l] + written) + (1 - moved) * c[l]);
            var changes = flush + (1 - flush) * moved;
            h[l] = changes * (Sigmoid(o) * Tanh(next)) + (1 - changes) * h[l];
            c[l] = next;
            if (l < Layers - 1)
                z[l] = Boundary(end);
        }
        var y = Gate(0) * (E[0] * h[0]);
        for (int l = 1; l < Layers; l++)
            y += Gate(l) * (E[l] * h[l]);
        return Relu(y);
    }

    Scalar Boundary(Scalar end)
    {
        var a = Clip((slope * end + 1) / 2, 0, 1);
        return Where(a > 0.5, 1, 0) + (a - StopGradient(a));
    }

    Scalar Gate(int layer)
    {
        var sum = Dot(v[layer * Layers], h[0]);
        for (int k = 1; k < Layers; k++)
            sum += Dot(v[layer * Layers + k], h[k]);
        return Sigmoid(sum);
    }
}
