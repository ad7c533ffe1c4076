package io.balsa.raft.examples.kvstore;

import java.util.Optional;

/**
 * What became of a command when it was applied.
 *
 * @param status how it went
 * @param value the value that was read, the actual value after a mismatch, or why a command was invalid, as text
 */
record KvResult(Status status, Optional<Bytes> value) {

    /** How a command went. */
    enum Status {
        /** It did what it says. */
        DONE(0),
        /** The key to read or delete was not there. */
        ABSENT(1),
        /** A compare-and-set found another value than expected and changed nothing. */
        MISMATCH(2),
        /** The bytes were no command of this version, and changed nothing. */
        INVALID(3);

        private final byte code;

        Status(int code) {
            this.code = (byte) code;
        }

        /** What stands for it in the encoding. */
        byte code() {
            return code;
        }

        /**
         * The status with this code.
         *
         * @throws IllegalArgumentException if there is none
         */
        static Status ofCode(byte code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            throw new IllegalArgumentException("no result has the status " + code);
        }
    }

    static KvResult of(Status status) {
        return new KvResult(status, Optional.empty());
    }

    static KvResult of(Status status, Bytes value) {
        return new KvResult(status, Optional.of(value));
    }
}
