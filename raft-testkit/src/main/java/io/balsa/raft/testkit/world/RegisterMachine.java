package io.balsa.raft.testkit.world;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.oracle.ClientOracle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The state machine of simulated clusters: registers that are written with commands of the form {@code key=value}. */
public final class RegisterMachine implements StateMachine {

    /**
     * What a read sees.
     *
     * @param value the register's, empty if it was never written
     * @param index of the last command that was applied
     */
    public record Seen(String value, long index) {}

    private final ClientOracle oracle;
    private final Map<String, String> registers = new TreeMap<>();
    private long lastIndex;

    /** Empty registers; the oracle is told of every write. */
    public RegisterMachine(ClientOracle oracle) {
        this.oracle = oracle;
    }

    @Override
    public byte[] apply(Command command) {
        String text = new String(command.data(), StandardCharsets.UTF_8);
        String key = text.substring(0, text.indexOf('='));
        String value = text.substring(key.length() + 1);
        String before = registers.put(key, value);
        lastIndex = command.index();
        oracle.onApplied(command.index(), key, value);
        return (before == null ? "" : before).getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a register. */
    public Seen read(String key) {
        return new Seen(registers.getOrDefault(key, ""), lastIndex);
    }
}
