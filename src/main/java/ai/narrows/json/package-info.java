/**
 * JSON that somebody else may have written: {@link ai.narrows.json.StrictJson} parses it within
 * bounds and binds it to records.
 *
 * <p>May import the JDK, and Jackson as Spark ships it.
 */
package ai.narrows.json;
