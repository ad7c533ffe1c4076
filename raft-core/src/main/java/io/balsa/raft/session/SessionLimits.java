package io.balsa.raft.session;

/**
 * How much a table of sessions remembers. The limits decide which commands run, so they must be the same on every server
 * and at any time: another {@link #STANDARD} needs another version of the formats.
 *
 * @param maxSessions how many sessions there are; one more takes the place of the least recently used
 * @param maxUnacknowledged how far a client's numbers may run ahead of what it has acknowledged; beyond, its commands are
 *     refused
 * @param maxUnacknowledgedInAll how many results all sessions together may keep; beyond, commands are refused
 * @param maxResultBytes how many bytes of results a session keeps; of a result beyond only that there was one
 * @param maxResultBytesInAll how many bytes of results all sessions together keep; likewise
 */
public record SessionLimits(
        int maxSessions,
        int maxUnacknowledged,
        int maxUnacknowledgedInAll,
        int maxResultBytes,
        int maxResultBytesInAll) {

    /**
     * The limits of every server. At worst, a table takes about 20 MiB: 8 of results, and what it costs to keep 65536 of
     * them apart. No part of a server's memory budget, which others need not share.
     */
    public static final SessionLimits STANDARD = new SessionLimits(4096, 1024, 1 << 16, 1 << 20, 1 << 23);

    public SessionLimits {
        if (maxSessions < 1
                || maxUnacknowledged < 1
                || maxUnacknowledgedInAll < 1
                || maxResultBytes < 0
                || maxResultBytesInAll < 0) {
            throw new IllegalArgumentException("a table remembers something, or there is no use in it");
        }
    }
}
