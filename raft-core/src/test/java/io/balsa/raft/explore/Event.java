package io.balsa.raft.explore;

/** What can happen to a server, as a number, so that a step of the exploration costs little. */
final class Event {

    /** The time of the core's next deadline has come. */
    static final int TIMEOUT = 1;
    /** The shortest election timeout has passed, and the own deadline has not come. */
    static final int SILENCE = 2;
    /** What is not durable is lost, and the server starts again. */
    static final int CRASH = 3;
    /** What the last inputs gave to do is done. */
    static final int WORK = 4;

    private static final int PROPOSAL = 16;
    private static final int SYNC = 32;
    private static final int MESSAGE = 64;

    private Event() {}

    /** A command is proposed, the one of this number. */
    static int proposal(int number) {
        return PROPOSAL + number;
    }

    static boolean isProposal(int event) {
        return event >= PROPOSAL && event < SYNC;
    }

    static int proposalOf(int event) {
        return event - PROPOSAL;
    }

    /** The oldest few writes become durable, in one sync. */
    static int sync(int writes) {
        return SYNC + writes;
    }

    static boolean isSync(int event) {
        return event >= SYNC && event < MESSAGE;
    }

    static int writesOf(int event) {
        return event - SYNC;
    }

    /** The message of this number arrives. */
    static int arrival(int message) {
        return MESSAGE + message;
    }

    static boolean isArrival(int event) {
        return event >= MESSAGE;
    }

    static int messageOf(int event) {
        return event - MESSAGE;
    }

    static String inWords(int event, Messages messages) {
        if (isArrival(event)) {
            return "receives " + messages.get(messageOf(event));
        }
        if (isSync(event)) {
            return "syncs its oldest " + writesOf(event) + " writes";
        }
        if (isProposal(event)) {
            return "gets command " + proposalOf(event);
        }
        return switch (event) {
            case TIMEOUT -> "times out";
            case SILENCE -> "hears nothing for an election timeout";
            case CRASH -> "crashes and starts again";
            case WORK -> "does what is to be done";
            default -> throw new IllegalArgumentException("no event: " + event);
        };
    }
}
