package io.balsa.raft.testkit.plan;

/** When an operator does something: often just when it is least convenient. */
public enum Moment {
    /** As soon as its time has come. */
    ANY,
    /** Right when somebody comes to lead. */
    NEW_LEADER,
    /** When a snapshot is on its way to somebody. */
    INSTALLING,
    /** Right after a server has crashed. */
    AFTER_CRASH,
    /** As soon as its time has come; and who was asked is cut off soon after. */
    THEN_CUT_OFF,
    /** As soon as its time has come; and who was asked crashes soon after. */
    THEN_CRASH;

    /** Whether something must happen before. */
    public boolean isAwaited() {
        return this == NEW_LEADER || this == INSTALLING || this == AFTER_CRASH;
    }
}
