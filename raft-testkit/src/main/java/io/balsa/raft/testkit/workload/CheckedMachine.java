package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import java.util.Arrays;

/** A user's state machine, in one life of a server. Whatever it does, the node goes on; the run ends because of it. */
final class CheckedMachine<M extends StateMachine> implements StateMachine {

    /** Who looks at what a state machine says. */
    interface Judge {

        /**
         * One has said this.
         *
         * @return the result for the node
         */
        byte[] onReply(int server, String who, Command command, Reply reply);

        /** One has changed an array that it had returned as the result of the command with this index. */
        void onChangedResult(String who, long index);
    }

    private final int server;
    private final int life;
    private final M machine;
    private final Judge judge;
    private long lastIndex;
    private byte[] lastResult = new byte[0];
    private byte[] copyOfLastResult = new byte[0];

    CheckedMachine(int server, int life, M machine, Judge judge) {
        this.server = server;
        this.life = life;
        this.machine = machine;
        this.judge = judge;
    }

    M machine() {
        return machine;
    }

    /** Index of the last command that was applied. */
    long lastIndex() {
        return lastIndex;
    }

    @Override
    public byte[] apply(Command command) {
        Reply reply = Reply.of(machine, command);
        if (!Arrays.equals(lastResult, copyOfLastResult)) {
            judge.onChangedResult(toString(), lastIndex);
        }
        lastResult = reply.result();
        copyOfLastResult = lastResult.clone();
        lastIndex = command.index();
        return judge.onReply(server, toString(), command, reply);
    }

    @Override
    public String toString() {
        return "server " + server + (life == 1 ? "" : " in life " + life);
    }
}
