using TorchSharp;
using static TorchSharp.torch;

namespace RnnDsl.FixtureMaker;

/// <summary>Connectionist temporal classification of random logits, sequence by sequence.</summary>
static class Alignments
{
    public static Fixture Ctc(int seed, int symbols, long[] lengths, long[] labelLengths)
    {
        var draws = new Draws(seed);
        var random = new Random(seed);
        int batch = lengths.Length, steps = (int)lengths.Max(), most = (int)labelLengths.Max();
        var fixture = new Fixture("CTC: losses of single sequences, and the gradient of their sum; symbol 0 is the blank.");
        fixture.Set("symbols", symbols);
        fixture.Set("steps", steps);
        fixture.Set("batch", batch);
        fixture.Add("lengths", [batch], lengths.Select(l => (double)l));
        fixture.Add("label_lengths", [batch], labelLengths.Select(l => (double)l));

        // Two equal labels side by side now and then.
        var numbers = new long[batch * most];
        for (int b = 0; b < batch; b++)
            for (int i = 0; i < labelLengths[b]; i++)
                numbers[b * most + i] = i > 0 && random.Next(4) == 0 ? numbers[b * most + i - 1] : 1 + random.Next(symbols - 1);
        Tensor labels = tensor(numbers, [batch, most]);
        Tensor logits = draws.Uniform(4, steps, batch, symbols).requires_grad_();
        Tensor losses = nn.functional.ctc_loss(nn.functional.log_softmax(logits, -1), labels, tensor(lengths), tensor(labelLengths), reduction: nn.Reduction.None);
        losses.sum().backward();
        fixture.Add("labels", labels);
        fixture.Add("logits", logits);
        fixture.Add("losses", losses);
        fixture.Add("dlogits", logits.grad!);
        return fixture;
    }
}
