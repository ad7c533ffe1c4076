package io.balsa.raft.testkit.workload;

import io.balsa.raft.testkit.SimulationFailure.Kind;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Something is wrong with what a user wants to be tested, and not with the library. */
public final class UserFault extends Violation {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String what;
    private final long index; // 0: of no command
    private final String command;

    private UserFault(Kind kind, long index, String command, String what) {
        super(invariantOf(kind), what);
        this.kind = kind;
        this.what = what;
        this.index = index;
        this.command = command;
    }

    private static String invariantOf(Kind kind) {
        return switch (kind) {
            case DIVERGENCE, STATE, SNAPSHOT -> "S5";
            case READ -> "R5";
            default -> "A1";
        };
    }

    /** It has to do with no command. */
    static UserFault of(Kind kind, String what) {
        return new UserFault(kind, 0, "", what);
    }

    /** It first shows at a command. */
    static UserFault at(Kind kind, long index, String command, String what) {
        return new UserFault(kind, index, command, what);
    }

    /** The same, because of an exception. */
    UserFault because(@Nullable Throwable cause) {
        if (cause != null) {
            initCause(cause);
        }
        return this;
    }

    /** What kind of a fault. */
    public Kind kind() {
        return kind;
    }

    /** What was found, in words. */
    public String what() {
        return what;
    }

    /** Index of the command, if there is one. */
    public OptionalLong index() {
        return index == 0 ? OptionalLong.empty() : OptionalLong.of(index);
    }

    /** The command in words, if there is one. */
    public Optional<String> command() {
        return index == 0 ? Optional.empty() : Optional.of(command);
    }
}
