/**
 * Sentences for users that carry params as data: {@link ai.narrows.message.Message}, and {@link
 * ai.narrows.message.ParamException} for a param that breaks a rule; and {@link
 * ai.narrows.message.Shipped}, which marks what processes hand to each other.
 *
 * <p>The lowest package: it imports the JDK only, and every other may import it.
 */
package ai.narrows.message;
