package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.examples.kvstore.KvResult.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The map that every server has the same copy of.
 *
 * <p>{@link #apply} and {@link #value} belong to the node's apply thread; {@link #clientAddress} may be asked by any.
 */
final class KvStateMachine implements KvState {

    private final CapturableMap<Bytes> values = new CapturableMap<>();
    private final Applier applier = new Applier();
    private volatile SortedMap<Long, String> clientAddresses = Collections.emptySortedMap();

    @Override
    public Optional<Bytes> value(String key) {
        return values.get(key);
    }

    @Override
    public Optional<String> clientAddress(long nodeId) {
        return Optional.ofNullable(clientAddresses.get(nodeId));
    }

    @Override
    public byte[] apply(Command command) {
        return KvCodec.encode(resultOf(command));
    }

    /** Costs nothing now; what is changed while it is written is kept apart: see {@link CapturableMap}. */
    @Override
    public Optional<SnapshotWriter> snapshot() {
        return Optional.of(new Writer(clientAddresses, values.capture()));
    }

    private record Writer(SortedMap<Long, String> addresses, CapturableMap.View<Bytes> view) implements SnapshotWriter {

        @Override
        public void writeTo(OutputStream out) throws IOException {
            KvSnapshot.write(out, addresses, view.contents());
        }

        @Override
        public void close() {
            view.close();
        }
    }

    @Override
    public void restore(InputStream in) throws IOException {
        values.clear();
        clientAddresses = Collections.unmodifiableSortedMap(KvSnapshot.read(in, values::put));
    }

    private KvResult resultOf(Command command) {
        KvCommand decoded;
        try {
            decoded = KvCodec.decodeCommand(command.buffer());
        } catch (IllegalArgumentException e) {
            // Deterministic, as all servers see the same bytes; an exception would stop every one of them.
            return KvResult.of(Status.INVALID, Bytes.utf8(Objects.requireNonNullElse(e.getMessage(), "invalid")));
        }
        return decoded.dispatch(applier);
    }

    /** Carries out each kind of command. */
    private final class Applier implements KvCommand.Handler<KvResult> {

        @Override
        public KvResult onPut(KvCommand.Put command) {
            values.put(command.key(), command.value());
            return KvResult.of(Status.DONE);
        }

        @Override
        public KvResult onGet(KvCommand.Get command) {
            return value(command.key())
                    .map(value -> KvResult.of(Status.DONE, value))
                    .orElseGet(() -> KvResult.of(Status.ABSENT));
        }

        @Override
        public KvResult onDelete(KvCommand.Delete command) {
            return KvResult.of(values.remove(command.key()) ? Status.DONE : Status.ABSENT);
        }

        @Override
        public KvResult onCompareAndSet(KvCommand.CompareAndSet command) {
            Optional<Bytes> actual = value(command.key());
            if (!actual.equals(command.expect())) {
                return new KvResult(Status.MISMATCH, actual);
            }
            command.value()
                    .ifPresentOrElse(value -> values.put(command.key(), value), () -> values.remove(command.key()));
            return KvResult.of(Status.DONE);
        }

        @Override
        public KvResult onAnnounce(KvCommand.Announce command) {
            SortedMap<Long, String> next = new TreeMap<>(clientAddresses);
            next.put(command.nodeId(), command.clientAddress());
            clientAddresses = Collections.unmodifiableSortedMap(next);
            return KvResult.of(Status.DONE);
        }
    }
}
