using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>
/// Many connections that each send a message, wait for its echo, check it and send the next, all on the socket engine's
/// thread. Only that thread touches the results until everything has stopped.
/// </summary>
internal sealed class EventPinger : IDisposable
{
    private readonly Latencies _latencies = new();
    private readonly CountdownEvent _running;
    private volatile bool _recording;
    private volatile bool _stop;
    private Exception? _failure;
    private long _count;

    private readonly int _port;

    public EventPinger(int port, int connections)
    {
        _port = port;
        _running = new CountdownEvent(connections);
    }

    /// <summary>Operations so far.</summary>
    public long Count => Volatile.Read(ref _count);

    public bool Recording
    {
        set => _recording = value;
    }

    /// <summary>Connects, and begins on all connections.</summary>
    public void Start()
    {
        var all = Enumerable.Range(0, _running.InitialCount).Select(i => new Connection(this, _port, i)).ToList();
        all.ForEach(connection => connection.Start());
    }

    /// <returns>Of the operations that ended while recording.</returns>
    /// <exception cref="IOException">A connection has failed, or was given wrong bytes.</exception>
    public Latencies Stop()
    {
        _stop = true;
        if (!_running.Wait(TimeSpan.FromSeconds(20)))
        {
            throw new IOException("a connection hangs");
        }

        return _failure is { } failure ? throw new IOException(failure.Message, failure) : _latencies;
    }

    public void Dispose() => _running.Dispose();

    [SuppressMessage("Design", "CA1001", Justification = "Disposes of what it owns itself, when its connection ends.")]
    private sealed class Connection
    {
        private readonly EventPinger _owner;
        private readonly Socket _socket;
        private readonly SocketAsyncEventArgs _receive = new(unsafeSuppressExecutionContextFlow: true);
        private readonly byte[] _sent = new byte[Wire.MessageBytes];
        private readonly byte[] _echo = new byte[Wire.MessageBytes];
        private long _started;
        private long _number;
        private int _have;

        public Connection(EventPinger owner, int port, int index)
        {
            _owner = owner;
            _socket = Wire.Dial(port);
            _sent.AsSpan().Fill((byte)index);
            _receive.Completed += (_, _) => Run(received: true);
        }

        public void Start() => Run(received: false);

        private void Run(bool received)
        {
            try
            {
                for (; ; received = true)
                {
                    if (received)
                    {
                        Take();
                    }

                    if (_have == 0 && _owner._stop)
                    {
                        break;
                    }

                    if (_have == 0)
                    {
                        Send();
                    }

                    _receive.SetBuffer(_echo, _have, _echo.Length - _have);
                    if (_socket.ReceiveAsync(_receive))
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
            {
                _owner._failure ??= e;
            }

            _socket.Dispose();
            _receive.Dispose();
            _owner._running.Signal();
        }

        private void Send()
        {
            BinaryPrimitives.WriteInt64LittleEndian(_sent, ++_number);
            _started = Stopwatch.GetTimestamp();
            _socket.Send(_sent);
        }

        private void Take()
        {
            if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
            {
                throw new IOException($"the connection broke: {_receive.SocketError}");
            }

            _have += _receive.BytesTransferred;
            if (_have < _echo.Length)
            {
                return;
            }

            if (!_echo.AsSpan().SequenceEqual(_sent))
            {
                throw new InvalidDataException($"message {_number} came back changed");
            }

            _have = 0;
            // The first waits for the connection to be made, which is the matter of other cases.
            if (_owner._recording && _number > 1)
            {
                _owner._latencies.Add(Stopwatch.GetElapsedTime(_started));
            }

            Volatile.Write(ref _owner._count, _owner._count + 1);
        }
    }
}
