/**
 * What must always hold of a cluster, checked while it runs by somebody who sees all of it, which no server does. Not
 * exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.oracle;
