using RnnDsl.Execution;
using RnnDsl.Prediction;
using RnnDsl.Training;

namespace RnnDsl.Tests.Training;

/// <summary>Objects whose calls share memory: a second thread is told so instead of getting wrong numbers, whichever method it calls.</summary>
public sealed class OneCallerTests : IDisposable
{
    readonly GateModule module = new();

    public void Dispose() => module.Dispose();

    static void AreRefused(string what, params Action[] calls)
    {
        foreach (Action call in calls)
        {
            string message = Assert.Throws<InvalidOperationException>(call).Message;
            Assert.Contains($"Two threads use one {what}", message);
            Assert.Contains("one caller at a time: ", message);
        }
    }

    /// <summary>Does it on another thread; its exception comes back.</summary>
    static void Elsewhere(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(action));
        thread.Start();
        thread.Join();
        if (thrown is not null)
            throw thrown;
    }

    [Fact]
    public void A_second_caller_of_an_executor_is_told_so()
    {
        using var executor = new Executor(module, "Loss", new ExecutionOptions { Threads = 1 });
        var output = new float[2];
        Action[] calls =
        [
            () => executor.Forward(GateModule.Data, [0, 1], output), () => executor.Loss(GateModule.Data, [0]), () => executor.Gradient(GateModule.Data, [0]),
            () => executor.Evaluate(GateModule.Data), () => executor.Predict(GateModule.Data), () => executor.Predict(GateModule.Data, output),
        ];
        foreach (Action first in calls)
            module.While(first, () => AreRefused("executor", calls));
        executor.Forward(GateModule.Data, [0, 1], output);
        Assert.Equal([0.5f, 1], output);
    }

    [Fact]
    public void A_second_caller_of_a_session_is_told_so()
    {
        using var session = new Session(module, "Loss", GateModule.Data, new ExecutionOptions { Threads = 1 });
        foreach (Action first in new Action[] { session.Forward, session.Backward })
            module.While(first, () => AreRefused("executor", session.Forward, session.Backward));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_disposed_of_says_so_by_its_name(int threads)
    {
        var options = new ExecutionOptions { Threads = threads };
        using var workers = new Workers(threads);
        foreach (Executor executor in new[] { new Executor(module, "Loss", options), new Executor(module, "Loss", options, workers) })
        {
            executor.Dispose();
            executor.Dispose();
            IsClosed<Executor>(() => executor.Loss(GateModule.Data, [0]), () => executor.Gradient(GateModule.Data, [0]), () => executor.Evaluate(GateModule.Data), () => executor.Predict(GateModule.Data));
        }
        var session = new Session(module, "Loss", GateModule.Data, options);
        session.Dispose();
        IsClosed<Session>(session.Forward, session.Backward);
        var trainer = new Trainer(module, new Sgd(0.1)) { Threads = threads };
        trainer.Dispose();
        IsClosed<Trainer>(() => trainer.TrainStep(GateModule.Data, [0]), () => trainer.Evaluate(GateModule.Data), () => trainer.Fit(GateModule.Data));

        static void IsClosed<T>(params Action[] calls) => Assert.All(calls, call => Assert.Equal(typeof(T).FullName, Assert.Throws<ObjectDisposedException>(call).ObjectName));
    }

    [Fact]
    public void A_second_caller_of_a_trainer_is_told_so()
    {
        using var trainer = new Trainer(module, new Sgd(0.1)) { Threads = 1, Epochs = 1 };
        Action[] calls = [() => trainer.Fit(GateModule.Data), () => trainer.TrainStep(GateModule.Data, [0]), () => trainer.Evaluate(GateModule.Data)];
        foreach (Action first in calls)
            module.While(first, () => AreRefused("trainer", calls));
    }

    [Fact]
    public void Two_trainers_of_one_model_do_not_train_it_at_once()
    {
        using var one = new Trainer(module, new Sgd(0.1)) { Threads = 1, Epochs = 1 };
        using var two = new Trainer(module, new Sgd(0.1)) { Threads = 1, Epochs = 1 };
        float[] before = module.Parameters.Snapshot();
        foreach (Action first in new Action[] { () => one.Fit(GateModule.Data), () => one.TrainStep(GateModule.Data, [0]) })
            module.While(first, () => AreRefused("model for training", () => two.Fit(GateModule.Data), () => two.TrainStep(GateModule.Data, [0])));
        // Nor by turns on one thread: the first to end would leave its best parameters to the other.
        one.EpochDone += _ => Assert.Equal("This Gate is trained by another Fit that has not ended.", Assert.Throws<InvalidOperationException>(() => two.Fit(GateModule.Data)).Message);
        one.Fit(GateModule.Data);
        // One after the other is usual, and a refused one has left nothing behind.
        Elsewhere(() => two.Fit(GateModule.Data));
        Assert.NotEqual(before, module.Parameters.Snapshot());
    }

    [Fact]
    public void A_trainer_may_be_asked_from_its_own_events()
    {
        using var trainer = new Trainer(module, new Sgd(0.1)) { Epochs = 2 };
        var losses = new List<double>();
        trainer.EpochDone += _ => losses.Add(trainer.Evaluate(GateModule.Data));
        trainer.Fit(GateModule.Data);
        Assert.Equal(2, losses.Count);
    }

    [Fact]
    public void A_second_caller_of_a_stream_is_told_so()
    {
        PredictionStream stream = new Predictor(module, "Loss").Start();
        float[] state = stream.Snapshot();
        module.While(() => stream.Step([1], new float[1]), () => AreRefused("stream of Gate.Loss", () => stream.Step([1], new float[1]), () => stream.Run([1, 2], new float[2]),
            () => stream.Predictor.Step([stream], [1], new float[1]), stream.Reset, () => stream.Snapshot(), () => stream.Restore(state), () => stream.Fork()));
        Assert.Equal([1, 1], stream.Snapshot());
    }

    [Fact]
    public void Executors_of_their_own_on_many_threads_give_the_same_numbers()
    {
        Parallel.For(0, 64, _ =>
        {
            using var executor = new Executor(module, "Loss", new ExecutionOptions { Threads = 1 });
            Assert.Equal([0.5f, 1], executor.Predict(GateModule.Data));
        });
    }

    [Fact]
    public void One_thread_may_enter_twice_and_two_may_not()
    {
        var callers = new OneCaller("thing", "make another");
        using (callers.Enter())
        {
            using (callers.Enter())
                AreRefused("thing", () => Elsewhere(() => callers.Enter().Dispose()));
            AreRefused("thing", () => Elsewhere(() => callers.Enter().Dispose()));
        }
        Elsewhere(() => callers.Enter().Dispose());
    }

    [Fact]
    public void A_modules_parameters_are_made_once_whoever_asks_first()
    {
        for (int trial = 0; trial < 200; trial++)
        {
            var fresh = new LinearModule(3, 2);
            using var together = new Barrier(4);
            var stores = new ParameterStore[4];
            var infos = new ModuleInfo[4];
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                together.SignalAndWait();
                (stores[i], infos[i]) = (fresh.Parameters, fresh.Info);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.All(stores, store => Assert.Same(stores[0], store));
            Assert.All(infos, info => Assert.Same(infos[0], info));
        }
    }
}
