/**
 * Durable log, hard state and snapshots in plain files: {@link io.balsa.raft.storage.file.FileStorage}.
 *
 * <p>A store is a directory:
 *
 * <pre>
 *   lock                      held while a server uses the store
 *   identity                  whose store it is, and the membership the cluster began with; never changes
 *   hard-state                term and vote, in two slots
 *   log-0000000000000000.seg  the log, a row of segments that are only ever appended to
 *   snapshot-*.snap           a snapshot, in blocks that are checked one by one
 *   *.new                     a file that is being made; means nothing until it is renamed
 *   *.part                    a snapshot that is being received; it can be gone on with
 * </pre>
 *
 * <p>The log is a history, not an array: a run of entries that begins at or below the last entry supersedes what it
 * overlaps, and recovery replays the records in the order they were written. So nothing that was acknowledged is ever
 * overwritten, and dropping a conflicting tail is atomic with the entries that replace it.
 *
 * <p>Segments at the front are deleted once a snapshot covers them. A segment whose header does not go on after the last entry
 * begins the log anew: so a snapshot takes the place of a log as safely as the log goes on in another segment.
 *
 * <p>Each record names the record before it (by checksum) and the offset up to which everything was durable before it was
 * written. With these two a recovery tells a torn tail, which is cut, from damage, which is reported and never guessed
 * away. The files are described byte by byte in {@code docs/STORAGE-FORMAT.md}.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.storage.file;
