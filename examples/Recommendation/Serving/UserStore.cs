using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RnnDsl.Examples.Recommendation;

/// <summary>What the store has of a user for one model.</summary>
/// <param name="Visit">Where the user stands.</param>
/// <param name="Updated">When the last item came.</param>
sealed record UserState(Visit Visit, DateTimeOffset Updated);

/// <summary>
/// Keeps the states of users in a database. A row belongs to a user and to a model, whose fingerprint it has: another model does not find it, and the model that wrote it still does. A change is a transaction that holds the user from
/// the reading to the writing, so that two changes of one user follow each other, also from two servers.
/// </summary>
/// <param name="recommender">The model whose states are read and written.</param>
abstract class UserStore(Recommender recommender)
{
    /// <summary>Makes the table if there is none.</summary>
    /// <exception cref="DbException">The database cannot be reached or written.</exception>
    protected void CreateTable()
    {
        using DbConnection connection = Open();
        Run(connection, null, $"CREATE TABLE IF NOT EXISTS user_states (user_id TEXT NOT NULL, model TEXT NOT NULL, state {BytesType} NOT NULL, steps TEXT NOT NULL, updated BIGINT NOT NULL, PRIMARY KEY (user_id, model))");
    }

    /// <summary>The type of a column of bytes.</summary>
    protected abstract string BytesType { get; }

    /// <summary>An open connection.</summary>
    protected abstract DbConnection Open();

    /// <summary>Begins a transaction in which nobody else changes the user's row.</summary>
    protected abstract DbTransaction Begin(DbConnection connection, string user);

    /// <summary>The state of a user, or null.</summary>
    /// <param name="user">Who.</param>
    /// <param name="others">Whether there is a state of another model.</param>
    public UserState? Find(string user, out bool others)
    {
        using DbConnection connection = Open();
        others = Count(connection, null, "user_id = @user AND model <> @model", user) > 0;
        return Read(connection, null, user);
    }

    /// <summary>Changes the state of a user.</summary>
    /// <param name="user">Who.</param>
    /// <param name="change">Gets the state, null for a user without one, and gives the new one. Nobody else changes it meanwhile.</param>
    /// <param name="others">Whether there is a state of another model, which stays as it is.</param>
    public UserState Change(string user, Func<UserState?, UserState> change, out bool others)
    {
        using DbConnection connection = Open();
        using DbTransaction transaction = Begin(connection, user);
        UserState after = change(Read(connection, transaction, user));
        string?[] steps = [.. after.Visit.Steps.Select(s => s == Histories.Begins ? null : recommender.Catalog.Entries[s].Code)];
        Run(connection, transaction, """
            INSERT INTO user_states (user_id, model, state, steps, updated) VALUES (@user, @model, @state, @steps, @updated)
            ON CONFLICT (user_id, model) DO UPDATE SET state = excluded.state, steps = excluded.steps, updated = excluded.updated
            """, ("@user", user), ("@model", recommender.Fingerprint), ("@state", MemoryMarshal.AsBytes<float>(after.Visit.Before).ToArray()), ("@steps", JsonSerializer.Serialize(steps)),
            ("@updated", after.Updated.ToUnixTimeMilliseconds()));
        others = Count(connection, transaction, "user_id = @user AND model <> @model", user) > 0;
        transaction.Commit();
        return after;
    }

    /// <summary>Deletes all that is kept of a user, of all models.</summary>
    /// <returns>Whether there was something.</returns>
    public bool Forget(string user)
    {
        using DbConnection connection = Open();
        return Run(connection, null, "DELETE FROM user_states WHERE user_id = @user", ("@user", user)) > 0;
    }

    /// <summary>How many users have a state of this model, and how many states are of other models.</summary>
    public (long Users, long Others) Counts()
    {
        using DbConnection connection = Open();
        return (Count(connection, null, "model = @model", ""), Count(connection, null, "model <> @model", ""));
    }

    UserState? Read(DbConnection connection, DbTransaction? transaction, string user)
    {
        using DbCommand command = Command(connection, transaction, "SELECT state, steps, updated FROM user_states WHERE user_id = @user AND model = @model", [("@user", user), ("@model", recommender.Fingerprint)]);
        using DbDataReader reader = command.ExecuteReader();
        if (!reader.Read())
            return null;
        byte[] state = reader.GetFieldValue<byte[]>(0);
        string?[]? codes;
        try
        {
            codes = JsonSerializer.Deserialize<string?[]>(reader.GetString(1));
        }
        catch (JsonException)
        {
            codes = null;
        }
        if (codes is null || state.Length != recommender.StateLength * sizeof(float))
            throw new InvalidDataException($"The state of the user '{user}' in the store is damaged.");
        return new UserState(new Visit([.. MemoryMarshal.Cast<byte, float>(state)], [.. codes.Select(Number)]), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)));

        int Number(string? code) => code is null ? Histories.Begins : recommender.Catalog.Find(code) is >= 0 and int number ? number
            : throw new InvalidDataException($"The state of the user '{user}' has an item '{code}' that the model does not know. It came after the training: name its file with --items again.");
    }

    long Count(DbConnection connection, DbTransaction? transaction, string condition, string user)
    {
        using DbCommand command = Command(connection, transaction, $"SELECT COUNT(*) FROM user_states WHERE {condition}", [("@user", user), ("@model", recommender.Fingerprint)]);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a command.</summary>
    /// <returns>How many rows it changed.</returns>
    protected static int Run(DbConnection connection, DbTransaction? transaction, string sql, params (string Name, object Value)[] values)
    {
        using DbCommand command = Command(connection, transaction, sql, values);
        return command.ExecuteNonQuery();
    }

    static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, (string Name, object Value)[] values)
    {
        DbCommand command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach ((string name, object value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
