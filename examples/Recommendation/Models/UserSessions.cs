using static RnnDsl.Ops;

namespace RnnDsl.Examples.Recommendation;

/// <summary>
/// Two gated recurrent units of which one advances at every item and the other at every session: the hierarchical model of Quadrana et al. (2017). The state of the session starts from that of the user, and the state of the user
/// takes up what the session has left.
/// </summary>
/// <remarks>At a step that begins a session, s = 1, and at all others s = 0:
/// <code>
/// u = s · GRU(u, h) + (1 − s) · u             the user, from the last state of the session before
/// h = s · tanh(V·u + v) + (1 − s) · h         the session, from the user
/// h = GRU(h, x)
/// y = [h; u]
/// </code>
/// So all sessions of a user are one sequence, and the two states are all that a server keeps of a user.</remarks>
/// <typeparam name="Input">Units of an item's vector.</typeparam>
/// <typeparam name="Begin">One unit, which is 1 where a session begins.</typeparam>
/// <typeparam name="Session">Units of the session's state.</typeparam>
/// <typeparam name="User">Units of the user's state.</typeparam>
[Cell]
public partial class UserSessions<Input, Begin, Session, User> : Cell<Cat<Input, Begin>, Cat<Session, User>>
{
    [State] Vec<Session> h;
    [State] Vec<User> u;

    Mat<User, Session> Sr, Sz, Sn;
    Mat<User, User> Ur, Uz, Un;
    Vec<User> ur, uz, un;
    Mat<Session, User> V;
    Vec<Session> v;
    Mat<Session, Input> Wr, Wz, Wn;
    Mat<Session, Session> Hr, Hz, Hn;
    Vec<Session> hr, hz, hn;

    protected override Vec<Cat<Session, User>> Step(Vec<Cat<Input, Begin>> x)
    {
        var begins = Sum(Right(x));
        var item = Left(x);
        u += begins * (NextUser() - u);
        h += begins * (Tanh(V * u + v) - h);
        var r = Sigmoid(Wr * item + Hr * h + hr);
        var z = Sigmoid(Wz * item + Hz * h + hz);
        var n = Tanh(Wn * item + hn + r * (Hn * h));
        h = (1 - z) * n + z * h;
        return Concat(h, u);
    }

    Vec<User> NextUser()
    {
        var r = Sigmoid(Sr * h + Ur * u + ur);
        var z = Sigmoid(Sz * h + Uz * u + uz);
        var n = Tanh(Sn * h + un + r * (Un * u));
        return (1 - z) * n + z * u;
    }
}
