using System.Data.Common;
using Npgsql;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Keeps the states of users in a table of PostgreSQL. Several servers may share it.</summary>
sealed class PostgresUserStore : UserStore, IDisposable
{
    readonly NpgsqlDataSource source;

    /// <param name="connectionString">As 'Host=localhost;Username=shop;Database=shop'.</param>
    /// <param name="recommender">The model whose states are kept.</param>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public PostgresUserStore(string connectionString, Recommender recommender) : base(recommender)
    {
        source = NpgsqlDataSource.Create(connectionString);
        CreateTable();
    }

    protected override string BytesType => "BYTEA";

    protected override DbConnection Open() => source.OpenConnection();

    /// <summary>Holds a lock of the user's name until the transaction ends, since a user without a row has no row to lock.</summary>
    protected override DbTransaction Begin(DbConnection connection, string user)
    {
        DbTransaction transaction = connection.BeginTransaction();
        Run(connection, transaction, "SELECT pg_advisory_xact_lock(hashtextextended(@user, 0))", ("@user", user));
        return transaction;
    }

    public void Dispose() => source.Dispose();
}
