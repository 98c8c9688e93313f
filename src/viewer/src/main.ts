import { App } from './app';
import { byId } from './dom';

try {
  new App().start();
} catch (error) {
  const line = byId('connection');
  line.dataset['state'] = 'refused';
  line.textContent = `The page does not work in this browser: ${error instanceof Error ? error.message : String(error)}`;
}
