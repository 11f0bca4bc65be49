using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace RnnDsl.Examples.Recommendation;

/// <summary>Keeps the states of users in a file of SQLite.</summary>
sealed class SqliteUserStore : UserStore
{
    readonly string connectionString;

    /// <param name="path">The file; made if there is none.</param>
    /// <param name="recommender">The model whose states are kept.</param>
    /// <exception cref="DbException">The file cannot be opened, or is none of SQLite.</exception>
    public SqliteUserStore(string path, Recommender recommender) : base(recommender)
    {
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
        CreateTable();
    }

    protected override string BytesType => "BLOB";

    protected override DbConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    /// <summary>The file has one writer at a time, who is known from the beginning: others wait until it ends.</summary>
    protected override DbTransaction Begin(DbConnection connection, string user) => ((SqliteConnection)connection).BeginTransaction(deferred: false);
}
