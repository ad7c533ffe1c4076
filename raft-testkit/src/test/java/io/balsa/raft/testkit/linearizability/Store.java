package io.balsa.raft.testkit.linearizability;

import io.balsa.raft.testkit.linearizability.RegisterModel.Cas;
import io.balsa.raft.testkit.linearizability.RegisterModel.Delete;
import io.balsa.raft.testkit.linearizability.RegisterModel.Done;
import io.balsa.raft.testkit.linearizability.RegisterModel.Get;
import io.balsa.raft.testkit.linearizability.RegisterModel.Input;
import io.balsa.raft.testkit.linearizability.RegisterModel.Output;
import io.balsa.raft.testkit.linearizability.RegisterModel.Put;
import io.balsa.raft.testkit.linearizability.RegisterModel.Swapped;
import io.balsa.raft.testkit.linearizability.RegisterModel.Value;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All registers in one map, written apart from {@link RegisterModel} so that the two can be compared. */
final class Store {

    private final Map<String, String> registers = new TreeMap<>();

    Store() {}

    private Store(Map<String, String> registers) {
        this.registers.putAll(registers);
    }

    Optional<String> read(String key) {
        return Optional.ofNullable(registers.get(key));
    }

    Output apply(Input input) {
        if (input instanceof Get get) {
            return new Value(read(get.key()));
        }
        if (input instanceof Put put) {
            registers.put(put.key(), put.value());
        }
        if (input instanceof Delete delete) {
            registers.remove(delete.key());
        }
        if (input instanceof Cas cas) {
            boolean holds = read(cas.key()).equals(cas.expected());
            if (holds) {
                registers.remove(cas.key());
                cas.value().ifPresent(value -> registers.put(cas.key(), value));
            }
            return new Swapped(holds);
        }
        return new Done();
    }

    /** A model of all registers together, without partitions. */
    static final class Whole implements Model<Map<String, String>, Input, Output> {

        @Override
        public Map<String, String> initial() {
            return Map.of();
        }

        @Override
        public Optional<Map<String, String>> step(Map<String, String> state, Input input, Output output) {
            Store store = new Store(state);
            return store.apply(input).equals(output) ? Optional.of(store.registers) : Optional.empty();
        }

        @Override
        public Map<String, String> effect(Map<String, String> state, Input input) {
            Store store = new Store(state);
            store.apply(input);
            return store.registers;
        }
    }
}
